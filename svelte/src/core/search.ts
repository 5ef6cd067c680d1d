// Frames found by what moved the agent: a number for each frame of all trajectories, and the frames that stand out by it.
import { movedOf, policyChange, softmax } from "./actions"
import { episodeSpans, spikeAt, type Episode } from "./episodes"
import type { LegendEntry } from "./legend"
import type { Trajectories } from "./props"
import type { Totals } from "./totals"

/** A feature's totals, by its number from 0, or one of these numbers. */
export const MEASURES = ["res", "value", "advantage", "spike", "entropy", "moved"] as const
export type Measure = number | (typeof MEASURES)[number]

export const ORDERS = ["high", "low", "size"] as const
export type Order = (typeof ORDERS)[number]

export interface Search {
  by: Measure
  order: Order
  /** Whether every frame counts, or of each episode only the best. */
  every: boolean
}

/** A measure to choose, in words. */
export interface MeasureChoice {
  by: Measure
  name: string
  about: string
}

export interface Found {
  episode: Episode
  frame: number
  value: number
}

const OF_FRAMES: Record<Exclude<Measure, number>, Omit<MeasureChoice, "by">> = {
  res: { name: "residual", about: "what the features leave of attribution, summed over the picture" },
  value: { name: "value", about: "the value function" },
  advantage: { name: "advantage", about: "how much better things went than the value function expected" },
  spike: { name: "value spike", about: "how far the value of a single frame sticks out from both its neighbours" },
  entropy: { name: "policy entropy", about: "how undecided the agent is, in nats" },
  moved: { name: "change of policy", about: "how much probability a model takes from some actions and gives to others" },
}
const OF_VALUE: Measure[] = ["value", "advantage", "spike"]

/**
 * What frames can be sorted by. entries: those of the layer's legend, where it has totals; hasPolicy: whether there are
 * logits; isCompared: whether there are models that look at the same frames.
 */
export function measuresOf(entries: LegendEntry[], hasValue: boolean, hasPolicy: boolean, isCompared = false): MeasureChoice[] {
  const features = entries.map(({ channel, title }) => ({
    by: channel,
    name: title.toLowerCase(),
    about: channel === "res" ? OF_FRAMES.res.about : "attribution to the feature, summed over the picture",
  }))
  const others = MEASURES.filter((by) => by !== "res")
    .filter((by) => (OF_VALUE.includes(by) ? hasValue : hasPolicy && (by !== "moved" || isCompared)))
    .map((by) => ({ by, ...OF_FRAMES[by] }))
  return [...features, ...others]
}

/** Of probabilities, in nats. */
export const entropy = (probabilities: number[]) =>
  probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0)

/** Whether a measure is read from totals of attribution. */
export const isOfTotals = (by: Measure) => typeof by === "number" || by === "res"

function spikesOf(values: number[], dones: number[]): number[] {
  return episodeSpans(values.map((_, t) => dones[t] ?? 0)).flatMap(([start, end]) =>
    values.slice(start, end + 1).map((_, i) => spikeAt(values, start + i, start, end)),
  )
}

const entropies = (policy: number[][]) => policy.map((logits) => (logits.length ? entropy(softmax(logits)) : NaN))

/** What is measured of two policies by their logits: how far their entropies differ, or they themselves. */
function differences(by: Measure, one: number[][], other: number[][]): number[] {
  if (by === "moved") return one.map((logits, t) => movedOf(policyChange(logits, other[t])))
  const less = entropies(other)
  return entropies(one).map((value, t) => value - less[t])
}

/**
 * The measure at every frame of a trajectory. totals: of its attribution, where the measure is read from them; parts: of
 * a difference, the trajectories that it is of.
 */
export function measured(
  by: Measure,
  trajectory: number,
  data: Trajectories,
  totals: Totals | undefined,
  parts: [number, number] | null = null,
): number[] {
  const values = data.values[trajectory]
  if (typeof by === "number") return totals?.channels.map((row) => row[by]) ?? []
  if (by === "res") return totals?.residual ?? []
  if (by === "value") return values
  if (by === "advantage") return data.advantages[trajectory] ?? []
  if (by === "spike") return spikesOf(values, data.dones[trajectory] ?? [])
  if (parts) return differences(by, data.policy_logits[parts[0]], data.policy_logits[parts[1]])
  return by === "moved" ? [] : entropies(data.policy_logits[trajectory])
}

const SCORES: Record<Order, (value: number) => number> = {
  high: (value) => value,
  low: (value) => -value,
  size: Math.abs,
}

/** The frames of some episodes that have the measure, those that stand out most first; of equal ones the earlier. numbers: by trajectory. */
export function searchFrames(episodes: Episode[], numbers: Map<number, number[]>, { order, every }: Omit<Search, "by">): Found[] {
  const score = SCORES[order]
  const found = episodes.flatMap((episode): Found[] => {
    const all = numbers.get(episode.trajectory)
    const own: Found[] = []
    for (let frame = episode.start; frame <= episode.end; frame++) {
      const value = all?.[frame]
      if (typeof value !== "number" || Number.isNaN(value)) continue
      if (every || !own.length) own.push({ episode, frame, value })
      else if (score(value) > score(own[0].value)) own[0] = { episode, frame, value }
    }
    return own
  })
  return found.sort((a, b) => score(b.value) - score(a.value))
}

/** As it stands in addresses: features count from 1 there. */
export function writeSearch({ by, order, every }: Search): string {
  return [typeof by === "number" ? by + 1 : by, order, ...(every ? ["every"] : [])].join("~")
}

/** Null where it cannot be read. */
export function readSearch(text: string | null): Search | null {
  const [which, order, every] = (text ?? "").split("~")
  const by = /^[1-9]\d*$/.test(which) ? Number(which) - 1 : MEASURES.find((name) => name === which)
  const known = ORDERS.find((name) => name === order)
  return by === undefined || !known ? null : { by, order: known, every: every === "every" }
}
