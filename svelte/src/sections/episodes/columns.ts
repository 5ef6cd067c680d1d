import { OUTCOMES, type Episode, type Outcome } from "../../core/episodes"
import type { Model } from "../../core/props"
import { formatNumber, formatSigned } from "../../core/format"
import { withUnit } from "../../core/units"

export interface Column {
  name: string
  about: string
  /** What rows are sorted by. */
  key: (episode: Episode) => number | string
  text: (episode: Episode) => string
  /** The frame that a click on the cell goes to. */
  frame?: (episode: Episode) => number
  /** Whether the first click on the heading puts the smallest on top. */
  risingFirst: boolean
}

const ALWAYS: Column[] = [
  {
    name: "trajectory",
    about: "Number of the trajectory",
    key: (e) => e.number,
    text: (e) => `${e.number + 1}`,
    risingFirst: true,
  },
  {
    name: "first frame",
    about: "First frame of the episode",
    key: (e) => e.start,
    text: (e) => `${e.start + 1}`,
    frame: (e) => e.start,
    risingFirst: true,
  },
  { name: "length", about: "Number of frames", key: (e) => e.length, text: (e) => `${e.length}`, risingFirst: false },
  {
    name: "return",
    about: "Sum of the rewards",
    key: (e) => e.return,
    text: (e) => formatNumber(e.return),
    risingFirst: false,
  },
  {
    name: "outcome",
    about: Object.entries(OUTCOMES).map(([name, meaning]) => `${name}: ${meaning}`).join("; "),
    key: (e) => e.outcome,
    text: (e) => e.outcome,
    risingFirst: true,
  },
  {
    name: "lowest advantage",
    about: "Lowest advantage",
    key: (e) => e.lowestAdvantage.value,
    text: (e) => formatSigned(e.lowestAdvantage.value),
    frame: (e) => e.lowestAdvantage.frame,
    risingFirst: true,
  },
  {
    name: "highest advantage",
    about: "Highest advantage",
    key: (e) => e.highestAdvantage.value,
    text: (e) => formatSigned(e.highestAdvantage.value),
    frame: (e) => e.highestAdvantage.frame,
    risingFirst: false,
  },
  {
    name: "value spike",
    about: "Largest departure of a single frame's value from both its neighbours",
    key: (e) => Math.abs(e.spike.value),
    text: (e) => formatSigned(e.hasValue ? e.spike.value : null),
    frame: (e) => e.spike.frame,
    risingFirst: false,
  },
]

/** Those that tell nothing of agents without value function. */
const OF_VALUE = ["lowest advantage", "highest advantage", "value spike"]

const LEVEL: Column = {
  name: "level",
  about: "Number of the level",
  key: (e) => e.level ?? -1,
  text: (e) => `${e.level ?? "–"}`,
  risingFirst: true,
}

const CAUSE: Column = {
  name: "cause",
  about: "What ended the episode, if it was not solved",
  key: (e) => e.cause ?? "",
  text: (e) => e.cause ?? "–",
  risingFirst: true,
}

/** The columns for which the data has something to say. unit: of values. */
export function columnsOf(episodes: Episode[], models: Model[], unit = ""): Column[] {
  const model: Column = {
    name: "model",
    about: "The model that played",
    key: (e) => e.model,
    text: (e) => models[e.model].name,
    risingFirst: true,
  }
  const columns = ALWAYS.flatMap((column) => {
    if (OF_VALUE.includes(column.name)) {
      const text = (e: Episode) => withUnit(column.text(e), unit)
      return episodes.some((e) => e.hasValue) ? [{ ...column, text }] : []
    }
    if (column.name === "first frame" && episodes.some((e) => e.level !== null)) return [column, LEVEL]
    if (column.name === "outcome" && episodes.some((e) => e.cause !== null)) return [column, CAUSE]
    return [column]
  })
  return models.length > 1 ? [model, ...columns] : columns
}

const compare = (a: number | string, b: number | string) =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b))

/** The episodes that pass the filters, in order; equal ones stay in order of time. */
export function selectEpisodes(
  episodes: Episode[],
  filter: { outcome: Outcome | ""; model: number | null; number: number | null },
  sort: { column: Column; rising: boolean },
): Episode[] {
  const sign = sort.rising ? 1 : -1
  return episodes
    .filter((e) => filter.outcome === "" || e.outcome === filter.outcome)
    .filter((e) => filter.model === null || e.model === filter.model)
    .filter((e) => filter.number === null || e.number === filter.number)
    .sort((a, b) => sign * compare(sort.column.key(a), sort.column.key(b)))
}
