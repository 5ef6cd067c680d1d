import { readPoint, writePoint, type Point } from "./pointing"
import type { Channel } from "./props"
import { readSearch, writeSearch, type Search } from "./search"

/** A row of the attribution section: an output, with its own layer, channel and model when rows are compared. */
export interface RowChoices {
  output: string
  layer: string | null
  channel: Channel | null
  model: number | null
}

/** What the reader chose, all of which the URL keeps. Models, trajectories, frames and features count from 0 here, from 1 in the URL. */
export interface Choices {
  layer: string
  model: number
  /** Of the trajectory, among the model's. */
  number: number
  frame: number
  rows: RowChoices[]
  overlay: boolean
  combine: boolean
  residual: boolean
  compare: boolean
  /** Whether each trajectory has scales of its own, instead of one for all. */
  ownScale: boolean
  /** Whether the timeline has the totals of each feature. */
  lanes: boolean
  /** The channel that stays isolated. */
  pin: { layer: string; channel: Channel } | null
  /** The place on the screens whose parts stay shown. */
  point: Point | null
  /** What frames are looked for by. */
  find: Search | null
  feature: { layer: string; number: number } | null
  subdiv: number
  expand: number
  speed: number
  /** Frames in view on the timeline; null: as many as the data says. */
  span: number | null
  /** Of the walkthroughs, which is on view. */
  story: number
}

const SWITCHES = ["overlay", "combine", "residual", "compare", "ownScale", "lanes"] as const

function writeRow(row: RowChoices): string {
  const model = row.model === null ? "" : row.model + 1
  return [row.output, row.layer ?? "", row.channel ?? "", model].join("~").replace(/~+$/, "")
}

function readChannel(text: string | undefined): Channel | null {
  if (!text) return null
  return /^\d+$/.test(text) ? Number(text) : (text as Channel)
}

function readRow(text: string): RowChoices {
  const [output, layer, channel, model] = text.split("~")
  return { output, layer: layer || null, channel: readChannel(channel), model: wholeFrom1(model) ?? null }
}

const featureText = ({ layer, number }: { layer: string; number: number }) => `${number + 1}~${layer}`

/** The hash that opens the page of a feature. */
export const featureHash = (layer: string, number: number) => `#feature=${encodeURIComponent(featureText({ layer, number }))}`

export function writeHash(choices: Choices): string {
  const parts: [string, string | number][] = [
    ["layer", choices.layer],
    ...(choices.model ? [["model", choices.model + 1] as [string, number]] : []),
    ["trajectory", choices.number + 1],
    ["frame", choices.frame + 1],
    ["rows", choices.rows.map(writeRow).join(",")],
    ["show", SWITCHES.filter((name) => choices[name]).join(",")],
    ["speed", choices.speed],
    ...(choices.span ? [["span", choices.span] as [string, number]] : []),
  ]
  if (choices.pin) {
    const { channel, layer } = choices.pin
    parts.push(["pin", `${typeof channel === "number" ? channel + 1 : channel}~${layer}`])
  }
  if (choices.point) parts.push(["place", writePoint(choices.point)])
  if (choices.story) parts.push(["story", choices.story + 1])
  if (choices.find) parts.push(["find", writeSearch(choices.find)])
  if (choices.feature) {
    parts.push(["feature", featureText(choices.feature)])
    parts.push(["patches", choices.subdiv], ["zoom", choices.expand])
  }
  return "#" + parts.map(([key, value]) => `${key}=${encodeURIComponent(value).replace(/%2C/g, ",")}`).join("&")
}

function wholeFrom1(text: string | null | undefined): number | undefined {
  return text && /^[1-9]\d*$/.test(text) ? Number(text) - 1 : undefined
}

function positive(text: string | null): number | undefined {
  const value = Number(text)
  return value > 0 && Number.isFinite(value) ? value : undefined
}

/** A feature, or the residual, of a layer. */
function readPin(text: string | null): Choices["pin"] {
  const [which, layer] = (text ?? "").split("~")
  const channel = which === "res" ? "res" : wholeFrom1(which)
  return channel !== undefined && layer ? { layer, channel } : null
}

/** The choices that the hash gives; what cannot be read is left out. */
export function readHash(hash: string): Partial<Choices> {
  const given = new URLSearchParams(hash.replace(/^#/, ""))
  const choices: Partial<Choices> = {}
  const set = <K extends keyof Choices>(key: K, value: Choices[K] | undefined) => {
    if (value !== undefined) choices[key] = value
  }
  set("layer", given.get("layer") ?? undefined)
  set("model", wholeFrom1(given.get("model")))
  set("number", wholeFrom1(given.get("trajectory")))
  set("frame", wholeFrom1(given.get("frame")))
  set("story", wholeFrom1(given.get("story")))
  set("rows", given.get("rows")?.split(",").filter(Boolean).map(readRow))
  set("speed", positive(given.get("speed")))
  set("span", positive(given.get("span")))
  const shown = given.get("show")?.split(",")
  if (shown) for (const name of SWITCHES) choices[name] = shown.includes(name)
  const pin = readPin(given.get("pin"))
  if (pin) choices.pin = pin
  const point = readPoint(given.get("place"))
  if (point) choices.point = point
  const find = readSearch(given.get("find"))
  if (find) choices.find = find
  const [number, layer] = (given.get("feature") ?? "").split("~")
  const feature = wholeFrom1(number)
  if (feature !== undefined && layer) choices.feature = { number: feature, layer }
  set("subdiv", positive(given.get("patches")))
  set("expand", positive(given.get("zoom")))
  return choices
}
