import type { Episode } from "./episodes"
import type { Place } from "./models"

/** Numbers of another model's frames, at the frames of a trajectory that are as far into the same level; NaN elsewhere. */
export function alignedValues(episodes: Episode[], trajectory: number, frames: number, to: number, values: number[]): number[] {
  return Array.from({ length: frames }, (_, frame) => {
    const there = counterpart(episodes, { trajectory, frame }, to)
    return there === null ? NaN : (values[there] ?? NaN)
  })
}

/**
 * The frame of another model's trajectory that is as far into the same level: the levels of a game follow each other
 * in the same order, whenever an agent gets to them. Where the other's episode is shorter, its last frame; null where
 * it did not come to that level.
 */
export function counterpart(episodes: Episode[], from: Place, to: number): number | null {
  if (from.trajectory === to) return from.frame
  const order = episodes.filter((e) => e.trajectory === from.trajectory)
  const here = order.findLastIndex((e) => e.start <= from.frame)
  const there = episodes.filter((e) => e.trajectory === to)[here]
  return there ? Math.min(there.start + from.frame - order[here].start, there.end) : null
}
