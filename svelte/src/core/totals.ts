import type { Catalogue } from "./catalogue"
import type { JsonFiles } from "./json"

export interface Totals {
  /** Frames × directions. */
  channels: number[][]
  /** One per frame. */
  residual: number[]
  /** Largest in size of all of them: the scale of the chart. */
  largest: number
}

const largest = (values: number[]) => values.reduce((top, value) => Math.max(top, Math.abs(value)), 0)

/** Attribution totals of an output, or null where the data has none. */
export function loadTotals(
  { catalogue, json }: { catalogue: Catalogue; json: JsonFiles },
  layer: string,
  trajectory: number,
  output: string,
): Promise<Totals> | null {
  const paths = catalogue.totals(layer, trajectory, output)
  if (!paths) return null
  return Promise.all([json.get(paths.channels), json.get(paths.residual)]).then((read) => {
    const [channels, residual] = read as [number[][], number[]]
    return { channels, residual, largest: Math.max(largest(residual), ...channels.map(largest)) }
  })
}
