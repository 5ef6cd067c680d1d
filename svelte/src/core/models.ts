import type { Episode } from "./episodes"
import type { Model, Props } from "./props"

/** A frame, counted from 0, of a trajectory. */
export interface Place {
  trajectory: number
  frame: number
}

/** The models on the page; data of one model names none. */
export function listModels({ models, trajectories }: Pick<Props, "models" | "trajectories">): Model[] {
  return models?.length ? models : [{ name: "", trajectories: [...trajectories.values.keys()] }]
}

/** Which of the models a trajectory is of, and its number among that model's. */
export function ownerOf(models: Model[], trajectory: number): { model: number; number: number } {
  const model = models.findIndex(({ trajectories }) => trajectories.includes(trajectory))
  return model < 0 ? { model: 0, number: trajectory } : { model, number: models[model].trajectories.indexOf(trajectory) }
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
