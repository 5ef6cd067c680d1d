// All numbers of the page as one table or one JSON: every trajectory, layer, output and feature.
import type { Catalogue, TotalsPaths } from "./catalogue"
import { trajectoryTable, type Cell } from "./csv"
import type { Episode } from "./episodes"
import { featureName } from "./labels"
import { listModels } from "./models"
import { outputName, type Output } from "./outputs"
import type { FeatureLabels, Props } from "./props"
import type { Totals } from "./totals"
import { unitOf } from "./units"

/** A layer and an output that attribution is computed for, and the totals of each trajectory, null where it has none. */
export interface Summed<T> {
  layer: string
  output: Output
  totals: (T | null)[]
}

/** Where the totals of all layers, outputs and trajectories are. */
export function everyTotals(props: Props, catalogue: Catalogue): Summed<TotalsPaths>[] {
  const trajectories = [...props.trajectories.values.keys()]
  return props.layers.flatMap((layer) => {
    const outputs = new Map(trajectories.flatMap((i) => catalogue.outputs(layer, i).map((output) => [output.key, output])))
    return [...outputs.values()]
      .map((output) => ({ layer, output, totals: trajectories.map((i) => catalogue.totals(layer, i, output.key)) }))
      .filter(({ totals }) => totals.some(Boolean))
  })
}

const directionsOf = (totals: (Totals | null)[]) => Math.max(0, ...totals.map((one) => one?.channels[0]?.length ?? 0))

/** A line for each frame of each trajectory. */
export function everythingTable(props: Props, episodes: Episode[], names: FeatureLabels, summed: Summed<Totals>[]): Cell[][] {
  return [...props.trajectories.values.keys()].flatMap((trajectory) => {
    const columns = summed.map(({ layer, output, totals }) => ({
      layer,
      output,
      totals: totals[trajectory],
      names: [...Array(directionsOf(totals)).keys()].map((number) => featureName(names, layer, number)),
    }))
    const table = trajectoryTable(trajectory, props, episodes, columns)
    return trajectory === 0 ? table : table.slice(1)
  })
}

/** The same as plain data, with where it comes from and what the reader wrote; all count from 0, as in the page's data. */
export function everythingJson(props: Props, episodes: Episode[], summed: Summed<Totals>[], written: Record<string, unknown>) {
  const { run_id, provenance, env_options, layers, action_combos, feature_counts, bookmarks } = props
  return {
    run_id, provenance, env_options, layers, action_combos, feature_counts, bookmarks,
    units: { value: unitOf("v", props) ? "% of a success" : "reward", other: "logit" },
    models: listModels(props),
    frames_of: props.frames_of,
    trajectories: props.trajectories,
    episodes: episodes.map(({ trajectory, start, end, outcome, level }) => ({ trajectory, start, end, outcome, level })),
    attribution_totals: summed.flatMap(({ layer, output, totals }) =>
      totals.flatMap((one, trajectory) =>
        one ? [{ layer, output: outputName(output, action_combos), type: output.type, data: output.data, trajectory, features: one.channels, residual: one.residual }] : [],
      ),
    ),
    integration_gaps: props.integration_gaps,
    ...written,
  }
}
