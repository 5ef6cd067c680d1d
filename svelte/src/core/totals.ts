import type { Catalogue, TotalsPaths } from "./catalogue"
import type { JsonFiles } from "./json"

export interface Totals {
  /** Frames × directions. */
  channels: number[][]
  /** One per frame. */
  residual: number[]
  /** Largest in size of all of them: the scale of the chart. */
  largest: number
}

/** The largest in size of the totals of several trajectories: the scale of a chart that compares them. */
export async function loadLargest(json: JsonFiles, all: TotalsPaths[]): Promise<number> {
  const totals = await Promise.all(all.map((paths) => loadTotals(json, paths)))
  return largest(totals.map((one) => one.largest))
}

/** Those of an output at a layer, of each trajectory that has such. */
export async function loadByTrajectory(
  json: JsonFiles,
  catalogue: Catalogue,
  layer: string,
  output: string,
  trajectories: number,
): Promise<Map<number, Totals>> {
  const entries = [...Array(trajectories).keys()].flatMap((trajectory) => {
    const paths = catalogue.totals(layer, trajectory, output)
    return paths ? [loadTotals(json, paths).then((totals) => [trajectory, totals] as const)] : []
  })
  return new Map(await Promise.all(entries))
}

const largest = (values: number[]) => values.reduce((top, value) => Math.max(top, Math.abs(value)), 0)

export async function loadTotals(json: JsonFiles, paths: TotalsPaths): Promise<Totals> {
  const read = await Promise.all([json.get(paths.channels), json.get(paths.residual)])
  const times = (values: number[]) => (paths.factor === 1 ? values : values.map((value) => value * paths.factor))
  const [channels, residual] = [(read[0] as number[][]).map(times), times(read[1] as number[])]
  return { channels, residual, largest: Math.max(largest(residual), ...channels.map(largest)) }
}
