import type { Episode, Outcome } from "../../core/episodes"
import { formatNumber, formatSigned } from "../../core/format"

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

export const COLUMNS: Column[] = [
  {
    name: "trajectory",
    about: "Number of the trajectory",
    key: (e) => e.trajectory,
    text: (e) => `${e.trajectory + 1}`,
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
  { name: "outcome", about: "Solved: it ended on a reward above 0; failed: it ended otherwise; unfinished: the recording stopped first", key: (e) => e.outcome, text: (e) => e.outcome, risingFirst: true },
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
    text: (e) => formatSigned(e.spike.value),
    frame: (e) => e.spike.frame,
    risingFirst: false,
  },
]

const compare = (a: number | string, b: number | string) =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b))

/** The episodes that pass the filters, in order; equal ones stay in order of time. */
export function selectEpisodes(
  episodes: Episode[],
  filter: { outcome: Outcome | ""; trajectory: number | null },
  sort: { column: Column; rising: boolean },
): Episode[] {
  const sign = sort.rising ? 1 : -1
  return episodes
    .filter((e) => filter.outcome === "" || e.outcome === filter.outcome)
    .filter((e) => filter.trajectory === null || e.trajectory === filter.trajectory)
    .sort((a, b) => sign * compare(sort.column.key(a), sort.column.key(b)))
}
