import type { Props } from "./props"

/**
 * The layer in the middle of those with features, as in the article: the first see edges, the last hardly tell places
 * apart.
 */
export function openingLayer(props: Pick<Props, "layers" | "input_layer" | "feature_counts">): string {
  const { layers, input_layer, feature_counts } = props
  const hidden = layers.filter((layer) => layer !== input_layer)
  const featured = hidden.filter((layer) => feature_counts?.[layer] !== 0)
  const offered = featured.length ? featured : hidden
  return offered[(offered.length - 1) >> 1] ?? layers[0] ?? ""
}
