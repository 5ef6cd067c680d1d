import { listOutputs, outputKey, type Output } from "./outputs"
import type { Channel, Direction, FeatureImages, Props } from "./props"
import { factorOf } from "./units"

/** The JSON files of attribution totals: of the features, and of the residual. */
export interface TotalsPaths {
  channels: string
  residual: string
  /** The script of what each position adds, or the first of them, one for each sheet; null where the data has none. */
  values: string | null
  /** What their numbers are multiplied by, see units.ts. */
  factor: number
}

/** Which file holds what, looked up by layer, trajectory, output, direction and channel. */
export interface Catalogue {
  /** Outputs that have attribution at this layer and trajectory. */
  outputs(layer: string, trajectory: number): Output[]
  /** File name of the strip or of its first sheet, or null where the data lists none. */
  image(layer: string, trajectory: number, output: string, direction: Direction, channel: Channel): string | null
  totals(layer: string, trajectory: number, output: string): TotalsPaths | null
  /** Those of all trajectories, of all models. */
  allTotals(layer: string, output: string): TotalsPaths[]
  /** What attribution has full brightness in a trajectory's images, and the most in any; null where the data is silent. */
  brightness(layer: string, trajectory: number, output: string): { own: number; most: number } | null
  gaps(layer: string, trajectory: number, output: string): { baseline: number; gaps: number[] } | null
  feature(layer: string, number: number): FeatureImages | null
  /** How many directions the layer has. */
  directions(layer: string): number
  /** Whether attribution to the layer is shown as a whole, for want of features. */
  isWhole(layer: string): boolean
}

/** The same one each time, so that nothing is loaded anew. */
const NONE: TotalsPaths[] = []

/** What attribution has full brightness, by layer, trajectory and output. */
function makeBrightness(props: Props): Catalogue["brightness"] {
  const scales = new Map<string, Map<number, number>>()
  for (const { layer, trajectory, metadata, scales: ofImages } of props.attributions) {
    ofImages?.forEach((scale, i) => {
      const key = `${layer}\n${outputKey(metadata.type[i], metadata.data[i])}`
      scales.set(key, (scales.get(key) ?? new Map<number, number>()).set(trajectory, scale))
    })
  }
  return (layer, trajectory, output) => {
    const all = scales.get(`${layer}\n${output}`)
    const own = all?.get(trajectory)
    return all && own !== undefined ? { own, most: Math.max(...all.values()) } : null
  }
}

export function makeCatalogue(props: Props): Catalogue {
  const place = (layer: string, trajectory: number) => `${trajectory} ${layer}`
  const images = new Map<string, string>()
  const outputs = new Map<string, Output[]>()
  const totals = new Map<string, TotalsPaths>()
  const everywhere = new Map<string, TotalsPaths[]>()
  const brightness = makeBrightness(props)
  const gaps = new Map<string, { baseline: number; gaps: number[] }>()
  const features = new Map(props.features.map((feature) => [`${feature.layer} ${feature.number}`, feature]))
  const directions = new Map<string, number>()

  for (const { layer, trajectory, images: files, metadata } of props.attributions) {
    const at = place(layer, trajectory)
    outputs.set(at, listOutputs(metadata))
    files.forEach((file, i) => {
      const key = outputKey(metadata.type[i], metadata.data[i])
      images.set([at, key, metadata.direction[i], metadata.channel[i]].join("\n"), file)
    })
    const numbers = metadata.channel.filter((channel): channel is number => typeof channel === "number")
    if (numbers.length) directions.set(layer, Math.max(...numbers) + 1)
  }
  for (const { layer, trajectory, channels, residuals, values, metadata } of props.attribution_totals) {
    if (!directions.has(layer)) directions.set(layer, props.colors.features.length)
    metadata.type.forEach((type, i) => {
      const key = outputKey(type, metadata.data[i])
      const paths = {
        channels: props.subdirs.attribution_totals + channels[i],
        residual: props.subdirs.attribution_totals + residuals[i],
        values: values ? `${props.subdirs.attribution_values}${values[i]}` : null,
        factor: factorOf(type, props),
      }
      totals.set(`${place(layer, trajectory)}\n${key}`, paths)
      everywhere.set(`${layer}\n${key}`, [...(everywhere.get(`${layer}\n${key}`) ?? []), paths])
    })
  }
  for (const { layer, trajectory, metadata, baselines, gaps: perOutput } of props.integration_gaps ?? []) {
    metadata.type.forEach((type, i) => {
      gaps.set(`${place(layer, trajectory)}\n${outputKey(type, metadata.data[i])}`, {
        baseline: baselines[i],
        gaps: perOutput[i],
      })
    })
  }
  return {
    outputs: (layer, trajectory) => outputs.get(place(layer, trajectory)) ?? [],
    image: (layer, trajectory, output, direction, channel) =>
      images.get([place(layer, trajectory), output, direction, channel].join("\n")) ?? null,
    totals: (layer, trajectory, output) => totals.get(`${place(layer, trajectory)}\n${output}`) ?? null,
    allTotals: (layer, output) => everywhere.get(`${layer}\n${output}`) ?? NONE,
    brightness,
    gaps: (layer, trajectory, output) => gaps.get(`${place(layer, trajectory)}\n${output}`) ?? null,
    feature: (layer, number) => features.get(`${layer} ${number}`) ?? null,
    directions: (layer) =>
      layer === props.input_layer ? 0 : (props.feature_counts?.[layer] ?? directions.get(layer) ?? 0),
    isWhole: (layer) => props.feature_counts?.[layer] === 0,
  }
}
