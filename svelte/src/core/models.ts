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

/** Which trajectory's images show the frames of a trajectory. */
export const framesOf = ({ frames_of }: Pick<Props, "frames_of">, trajectory: number) => frames_of?.[trajectory] ?? trajectory

/** Of the trajectory of a difference, those of the model and of what is taken from it; null of others. */
export function partsOf(models: Model[], trajectory: number): [number, number] | null {
  const { model, number } = ownerOf(models, trajectory)
  const [one, other] = models[model].minus ?? []
  return one === undefined || other === undefined ? null : [models[one].trajectories[number], models[other].trajectories[number]]
}

/** Whether there are models that look at the frames of the first, so that differences are of the same frames. */
export const isOfSameFrames = (models: Model[]) => models.some(({ minus }) => minus)

/** How a trajectory is called; where there are several models, with the name of its own. */
export function trajectoryName(models: Model[], trajectory: number): string {
  const { model, number } = ownerOf(models, trajectory)
  return `${models.length > 1 ? `${models[model].name}, ` : ""}trajectory ${number + 1}`
}
