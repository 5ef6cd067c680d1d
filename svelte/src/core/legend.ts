import type { Catalogue } from "./catalogue"
import { featureName, featureTitle } from "./labels"
import type { FeatureLabels, Props } from "./props"

/** A feature, or what is in none. */
export interface LegendEntry {
  channel: number | "res"
  /** The feature's name, or its number counted from 1. */
  name: string
  /** Its number and its name. */
  title: string
  /** Null for the residual, which has none of its own. */
  color: string | null
}

export interface Legend {
  /** Image with a square of every feature, beside each other. */
  thumbnails: string
  features: number
  /** Those of the features, then the residual's; none where the layer has no features. */
  entries: LegendEntry[]
}

type Source = { props: Props; catalogue: Catalogue; names: FeatureLabels }

export function legendOf({ props, catalogue, names }: Source, layer: string): Legend {
  const features = catalogue.directions(layer)
  const entries = [...Array(features).keys()].map(
    (channel): LegendEntry => ({
      channel,
      name: featureName(names, layer, channel),
      title: featureTitle(names, layer, channel),
      color: props.colors.features[channel] ?? "#888888",
    }),
  )
  const residual: LegendEntry = { channel: "res", name: "residual", title: "Residual", color: null }
  return {
    thumbnails: `${props.subdirs.thumbnails}${layer}.png`,
    features,
    entries: features ? [...entries, residual] : [],
  }
}
