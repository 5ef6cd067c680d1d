import type { Annotation, FeatureLabels } from "./props"

const isRecord = (data: unknown): data is Record<string, unknown> =>
  typeof data === "object" && data !== null && !Array.isArray(data)

/** Names of features as read from a file: {"2b": {"0": "coin"}}, features counted from 0. Throws an Error otherwise. */
export function readLabels(data: unknown): FeatureLabels {
  const fits =
    isRecord(data) &&
    Object.values(data).every(
      (names) => isRecord(names) && Object.entries(names).every(([k, name]) => /^\d+$/.test(k) && typeof name === "string"),
    )
  if (!fits) throw new Error('names are of the form {"2b": {"0": "coin"}}, layer, feature from 0, name.')
  return data as FeatureLabels
}

/** Names with those of `over` in place of those below; empty ones hide. */
export function layLabels(below: FeatureLabels, over: FeatureLabels): FeatureLabels {
  const layers = [...new Set([...Object.keys(below), ...Object.keys(over)])]
  return Object.fromEntries(layers.map((layer) => [layer, { ...below[layer], ...over[layer] }]))
}

/** Names with those of `over` in place of those below, and without empty ones. */
export function mergeLabels(below: FeatureLabels, over: FeatureLabels): FeatureLabels {
  return Object.fromEntries(
    Object.entries(layLabels(below, over)).map(([layer, names]) => [
      layer,
      Object.fromEntries(Object.entries(names).filter(([, name]) => name !== "")),
    ]),
  )
}

/** Names in place of all that are given: those that they leave out are hidden. */
export function replaceLabels(given: FeatureLabels, names: FeatureLabels): FeatureLabels {
  const hide = (all: Record<string, string>) => Object.fromEntries(Object.keys(all).map((number) => [number, ""]))
  return layLabels(Object.fromEntries(Object.entries(given).map(([layer, all]) => [layer, hide(all)])), names)
}

/** Names that measurements propose, as they are shown where nobody has given one: with a question mark. */
export function proposedNames(responses: Record<string, { names: Record<string, string> }> | undefined): FeatureLabels {
  const asked = (names: Record<string, string>) => Object.fromEntries(Object.entries(names).map(([number, name]) => [number, `${name}?`]))
  return Object.fromEntries(Object.entries(responses ?? {}).map(([layer, { names }]) => [layer, asked(names)]))
}

export const countNames = (labels: FeatureLabels) =>
  Object.values(labels).reduce((sum, names) => sum + Object.keys(names).length, 0)

/** Whether two notes say the same of the same frame. */
export const sameNote = (a: Annotation, b: Annotation) =>
  a.trajectory === b.trajectory &&
  a.frame === b.frame &&
  (["layer", "output", "feature"] as const).every((key) => (a[key] ?? null) === (b[key] ?? null)) &&
  a.text === b.text

/** The notes, then those of others that are not among them. */
export const mergeNotes = (notes: Annotation[], others: Annotation[]) => [
  ...notes,
  ...others.filter((other) => !notes.some((note) => sameNote(note, other))),
]

/** Notes as read from a file, frames and trajectories counted from 0. Throws an Error otherwise. */
export function readNotes(data: unknown, lengths: number[]): Annotation[] {
  const whole = (value: unknown, below: number) => Number.isInteger(value) && 0 <= (value as number) && (value as number) < below
  const fits = (note: unknown) =>
    isRecord(note) &&
    typeof note.text === "string" &&
    [note.layer, note.output].every((name) => name === undefined || name === null || typeof name === "string") &&
    (note.feature === undefined || note.feature === "all" || whole(note.feature, Infinity)) &&
    whole(note.trajectory, lengths.length) &&
    whole(note.frame, lengths[note.trajectory as number])
  if (!Array.isArray(data)) throw new Error('notes are a list of {"trajectory": 0, "frame": 12, "text": "…"}.')
  const wrong = data.findIndex((note) => !fits(note))
  if (wrong >= 0) {
    throw new Error(`note ${wrong + 1} needs a text, and a trajectory and frame (from 0) that this page has.`)
  }
  return data as Annotation[]
}

/** The feature's name, or its number counted from 1. */
export const featureName = (names: FeatureLabels, layer: string, number: number) => names[layer]?.[number] ?? `${number + 1}`

/** The feature's number counted from 1, and its name if it has one. */
export function featureTitle(names: FeatureLabels, layer: string, number: number): string {
  const name = names[layer]?.[number]
  return `Feature ${number + 1}${name ? `: ${name}` : ""}`
}
