// The JSON that Python writes and the page shows. Keys marked optional are absent from data of the original system.
// props.schema.json, which Python's tests hold their pages against, is made of this file: npm run schema.

import type { Annotation, Story } from "./notes"
import type { Provenance } from "./provenance"
import type { Responses, Sparsity } from "./responses"

export type { Annotation, Story }

/** Kind of network output: the value function, one action's logit, the sum of a group's, or that of the action taken. */
export type OutputType = "v" | "action" | "action_group" | "action_taken"
export type OutputData = null | number | number[]
export type Direction = "abs" | "pos" | "neg"
/** Principal directions together, those with the residual, one direction alone, or the residual alone. */
export type Channel = "prin" | "all" | "res" | number

/** Grid in which frames lie on a sheet: sizes in pixels, columns and rows of a full sheet. */
export interface Sheet {
  width: number
  height: number
  columns: number
  rows: number
}

export interface Layout {
  trajectories?: Sheet
  attribution?: Record<string, Sheet>
}

/**
 * In the data null where it is not known, as with an agent without value function; arithmetic takes that for 0.
 * @nullable
 */
export type Known = number

/** Per trajectory, one number per frame (policy_logits: one list of numbers per frame). */
export interface Trajectories {
  actions: number[][]
  rewards: number[][]
  dones: number[][]
  policy_logits: number[][][]
  values: Known[][]
  advantages: Known[][]
}

export interface FeatureImages {
  layer: string
  number: number
  images: string[]
  /** JSON files: for every patch, the index of the observation that it was cut from. */
  overlay_grids: string[]
  metadata: { subdiv_mult: number[]; expand_mult: number[] }
}

export interface AttributionImages {
  layer: string
  trajectory: number
  images: string[]
  metadata: { type: OutputType[]; data: OutputData[]; direction: Direction[]; channel: Channel[] }
  /** Of each image, the attribution that has full brightness. */
  scales?: number[]
}

export interface OutputMetadata {
  type: OutputType[]
  data: OutputData[]
}

export interface AttributionTotals {
  layer: string
  trajectory: number
  /** JSON files, one per output: frames × directions, and frames. */
  channels: string[]
  residuals: string[]
  /** Scripts, one per output, with what each position adds: see values.ts. */
  values?: string[]
  metadata: OutputMetadata
}

/** What the attribution leaves out: gap = (F(x) − F0) − sum(attribution), F0 with the layer zeroed. */
export interface IntegrationGaps {
  layer: string
  trajectory: number
  metadata: OutputMetadata
  baselines: number[]
  gaps: number[][]
}

/** How gradients along the path were added up: evenly spaced points, or as many at first and more where they are missing. */
export interface Integration {
  rule: "right" | "adaptive"
  points: number
}

/** What features are directions of: the attribution of an output to the layer, or its activations. */
export interface FeaturesOf {
  type: OutputType | "activations"
  data: OutputData
}

export interface Colors {
  features: string[]
  actions: string[]
  graphs: Record<Exclude<OutputType, "action_taken"> | "advantage", string>
  trajectory: string
}

export interface Formatting {
  video_height: string
  video_width: string
  video_speed: number
  policy_display_height: string
  policy_display_width: string
  navigator_width: string
  scrubber_height: string
  scrubber_width: string
  scrubber_visible_duration: number
  legend_item_height: string
  legend_item_width: string
  feature_viewer_height: string
  feature_viewer_width: string
  attribution_weight: number
}

export interface Subdirs {
  observations: string
  trajectories: string
  trajectories_scrub: string
  features: string
  thumbnails: string
  attribution: string
  attribution_scrub: string
  features_grids: string
  attribution_totals: string
  /** Of data that has such. */
  attribution_values?: string
}

/** One of several models on the page. Trajectory k of each is of the same games, with the same levels. */
export interface Model {
  name: string
  trajectories: number[]
  /** Whether it looks at the frames that the first has played. */
  looks?: boolean
  /** Of what two models differ by: which they are, and what is taken from the first of them. */
  minus?: [number, number]
}

/** What is known of an episode: of the one that ends with frame `end`, else of the whole trajectory. */
export interface EpisodeFacts {
  trajectory: number
  end?: number
  level?: number | null
  /** null: nothing tells, as in games of points. */
  solved?: boolean | null
  /** What ended it, if it was not solved. */
  cause?: string | null
}

/** What the page opens on, if its address does not say. */
export interface Opening {
  layer: string
  trajectory: number
  frame: number
}

/** Names of features: layer → number of the direction, from 0 → name. */
export type FeatureLabels = Record<string, Record<string, string>>

/** What `visualize` has made of the features of a run beside its page. */
export interface Visualized {
  page: string
  /** Layer → number of the direction, from 0 → the image made by gradient. */
  gradients: Record<string, Record<string, string>>
}

export interface Props {
  input_layer: string
  layers: string[]
  features: FeatureImages[]
  attributions: AttributionImages[]
  attribution_policy: boolean
  attribution_single_channels: boolean
  attribution_totals: AttributionTotals[]
  colors: Colors
  action_combos: string[][]
  action_groups: number[][]
  trajectories: Trajectories
  bookmarks: { high: [number, number][]; low: [number, number][] }
  vis_defaults: { subdiv_mult: number; expand_mult: number }
  subdirs: Subdirs
  formatting: Formatting
  json_preloaded: Record<string, unknown>
  /** Of a page in one file: its images (data:), and its large JSON, zlib's format in base64. */
  files?: Record<string, string>
  json_packed?: Record<string, string>
  layout?: Layout
  /** Size of an observation in pixels, as the model sees it; what people see may be larger. */
  model_input?: { width: number; height: number }
  /** Which run this is, wherever the page lies: a hash of what was played and of the features. */
  run_id?: string
  env_name?: string | null
  /** How the game was played: its kind, its name and all its options. */
  env_options?: Record<string, string | number | boolean | null> | null
  integration_gaps?: IntegrationGaps[]
  layer_gaps?: Record<string, number>
  integration?: Integration
  sparsity?: Record<string, Sparsity>
  nmf_output?: FeaturesOf
  /** What a success is worth: values are shown as per cent of it. */
  value_scale?: number | null
  /** How many features each layer has. */
  feature_counts?: Record<string, number>
  /** Why layers have fewer features than asked for, or none. */
  feature_notes?: Record<string, string>
  /** Of layers where the game told what it showed. */
  responses?: Record<string, Responses>
  visualized?: Visualized
  feature_labels?: FeatureLabels
  annotations?: Annotation[]
  stories?: Story[]
  models?: Model[]
  /** For each trajectory the one whose frames it has; without it each has its own. */
  frames_of?: number[]
  episodes?: EpisodeFacts[]
  opening?: Opening
  provenance?: Provenance
}

/** What data of any version have, the original system's among them: completeProps fills in the rest. */
export interface GivenProps extends Partial<
  Omit<Props, "layers" | "trajectories" | "colors" | "subdirs" | "formatting" | "bookmarks">
> {
  layers: string[]
  trajectories: Partial<Trajectories> & Pick<Trajectories, "values">
  colors?: Partial<Omit<Colors, "graphs">> & { graphs?: Partial<Colors["graphs"]> }
  subdirs?: Partial<Subdirs>
  formatting?: Partial<Formatting>
  bookmarks?: Partial<Props["bookmarks"]>
}
