import type { Catalogue } from "./catalogue"
import type { Episode } from "./episodes"
import type { Choices } from "./hash"
import type { Channel, FeatureLabels, Model, Props } from "./props"

/** What the figure of the page is made from: the data, and what is chosen of it. */
export interface Scene extends Pick<Choices, "layer" | "frame" | "rows" | "overlay" | "combine" | "residual" | "compare" | "ownScale" | "pin"> {
  readonly props: Props
  readonly catalogue: Catalogue
  readonly models: Model[]
  readonly episodes: Episode[]
  readonly names: FeatureLabels
  trajectory: number
  /** Channel under the pointer in the legend. */
  hover: { layer: string; channel: Channel } | null
}
