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

/** How a trajectory is called; where there are several models, with the name of its own. */
export function trajectoryName(models: Model[], trajectory: number): string {
  const { model, number } = ownerOf(models, trajectory)
  return `${models.length > 1 ? `${models[model].name}, ` : ""}trajectory ${number + 1}`
}
