// What the reader writes on frames.

/** A note on a frame. In its text `[2]` stands for feature 2 of its layer, counted from 1 as on the page. */
export interface Annotation {
  trajectory: number
  frame: number
  layer?: string
  text: string
  /** Key of the output to show: "v", "a3" or "g1-4-7". */
  output?: string
  /** The feature to isolate, counted from 0, or all of them. */
  feature?: number | "all"
}

/** Notes that are told one after the other. */
export interface Story {
  name: string
  summary: string
  notes: Annotation[]
}
