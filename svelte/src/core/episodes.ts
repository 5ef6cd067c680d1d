import { formatNumber } from "./format"
import { ownerOf } from "./models"
import type { EpisodeFacts, Model, Trajectories } from "./props"

/** Ended: nothing tells whether that is a success. Unfinished: the recording stopped first. */
export type Outcome = "solved" | "failed" | "ended" | "unfinished"

/** The outcomes, in the order in which they are offered, and what they mean. */
export const OUTCOMES: Record<Outcome, string> = {
  solved: "the game says so, or the episode's rewards add up to more than 0",
  failed: "it ended otherwise",
  ended: "it ended in a game of points, where the return is all there is",
  unfinished: "the recording stopped first",
}

export interface Episode {
  trajectory: number
  /** The model that played it, and the trajectory's number among that model's. */
  model: number
  number: number
  /** First and last frame, counted from 0, both inside. */
  start: number
  end: number
  length: number
  return: number
  outcome: Outcome
  level: number | null
  /** What ended it, if that is known and it was not solved. */
  cause: string | null
  /** Whether the agent has a value function, on which advantages and spikes depend. */
  hasValue: boolean
  lowestAdvantage: { frame: number; value: number }
  highestAdvantage: { frame: number; value: number }
  spike: { frame: number; value: number }
}

/**
 * How far the value at frame t sticks out from both its neighbours in the same episode: with
 * a = V(t) − V(t−1) and b = V(t) − V(t+1), the smaller of the two in size when they have the same sign, else 0.
 * A lasting change of the value scores 0, a single odd frame scores its height.
 */
export function spikeAt(values: number[], t: number, start: number, end: number): number {
  if (t <= start || t >= end) return 0
  const a = values[t] - values[t - 1]
  const b = values[t] - values[t + 1]
  if (a * b <= 0) return 0
  return Math.abs(a) < Math.abs(b) ? a : b
}

function best(start: number, end: number, score: (t: number) => number): number {
  let found = start
  for (let t = start + 1; t <= end; t++) if (score(t) > score(found)) found = t
  return found
}

/** Pairs of first and last frame: an episode ends where `dones` is set, and where the trajectory ends. */
export function episodeSpans(dones: number[]): [number, number][] {
  const spans: [number, number][] = []
  let start = 0
  dones.forEach((done, t) => {
    if (!done && t < dones.length - 1) return
    spans.push([start, t])
    start = t + 1
  })
  return spans
}

/**
 * What the data says (solved: true, false, or null where nothing tells). Data of the original system says nothing; there
 * all rewards of the episode count, not the last alone: a coin may come before the end.
 */
function outcomeOf(solved: boolean | null | undefined, done: number, total: number): Outcome {
  if (solved === null) return "ended"
  if (solved === undefined && !done) return "unfinished"
  return (solved ?? total > 0) ? "solved" : "failed"
}

/** The outcomes that some of the episodes have, in their order. */
export const outcomesOf = (episodes: Episode[]) =>
  (Object.keys(OUTCOMES) as Outcome[]).filter((name) => episodes.some(({ outcome }) => outcome === name))

/** The outcome in a few words; where that is not known, the return. */
export function outcomeText(episode: Pick<Episode, "outcome" | "return">): string {
  return episode.outcome === "ended" ? `return ${formatNumber(episode.return)}` : episode.outcome
}

export function listEpisodes(data: Trajectories, models: Model[], facts: EpisodeFacts[] = []): Episode[] {
  return data.values.flatMap((values, trajectory) => {
    const [dones, rewards, advantages] = [data.dones, data.rewards, data.advantages].map((all) => all[trajectory] ?? [])
    const own = facts.filter((entry) => entry.trajectory === trajectory)
    return episodeSpans(values.map((_, t) => dones[t] ?? 0)).map(([start, end]) => {
      const known = own.find((entry) => (entry.end ?? end) === end)
      const total = rewards.slice(start, end + 1).reduce((sum, reward) => sum + reward, 0)
      const low = best(start, end, (t) => -advantages[t])
      const high = best(start, end, (t) => advantages[t])
      const spike = best(start, end, (t) => Math.abs(spikeAt(values, t, start, end)))
      return {
        trajectory,
        ...ownerOf(models, trajectory),
        start,
        end,
        length: end - start + 1,
        return: total,
        outcome: outcomeOf(known?.solved, dones[end], total),
        level: known?.level ?? null,
        cause: known?.cause ?? null,
        hasValue: values.slice(start, end + 1).some((value) => value !== null),
        lowestAdvantage: { frame: low, value: advantages[low] },
        highestAdvantage: { frame: high, value: advantages[high] },
        spike: { frame: spike, value: spikeAt(values, spike, start, end) },
      }
    })
  })
}

/** The `count` episodes with the largest spikes, largest first; episodes without one are left out. */
export function largestSpikes(episodes: Episode[], count: number): Episode[] {
  return episodes
    .filter((episode) => episode.spike.value !== 0)
    .sort((a, b) => Math.abs(b.spike.value) - Math.abs(a.spike.value))
    .slice(0, count)
}
