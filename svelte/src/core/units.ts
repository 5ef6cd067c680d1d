import type { OutputType, Props } from "./props"

const timesRow = (row: number[], factor: number) => row.map((value) => (value === null ? value : value * factor))

/** What the page multiplies numbers of an output by: the value's become per cent of a success, where that is known. */
export const factorOf = (type: OutputType, { value_scale }: Pick<Props, "value_scale">) =>
  type === "v" && value_scale ? 100 / value_scale : 1

/** What stands behind numbers of an output. */
export const unitOf = (type: OutputType, { value_scale }: Pick<Props, "value_scale">) =>
  type === "v" && value_scale ? " %" : ""

/** A written number with its unit; words stay as they are. */
export const withUnit = (text: string, unit: string) => (/\d/.test(text) ? text + unit : text)

/** The data with values, advantages, brightness and what integration leaves of the value in the page's unit. */
export function inUnits(props: Props): Props {
  const factor = factorOf("v", props)
  if (factor === 1) return props
  const { values, advantages } = props.trajectories
  const times = (rows: number[][]) => rows.map((row) => timesRow(row, factor))
  return {
    ...props,
    trajectories: { ...props.trajectories, values: times(values), advantages: times(advantages) },
    attributions: props.attributions.map((entry) => ({
      ...entry,
      scales: entry.scales?.map((scale, i) => scale * factorOf(entry.metadata.type[i], props)),
    })),
    integration_gaps: props.integration_gaps?.map((entry) => ({
      ...entry,
      baselines: entry.baselines.map((value, i) => value * factorOf(entry.metadata.type[i], props)),
      gaps: entry.gaps.map((row, i) => timesRow(row, factorOf(entry.metadata.type[i], props))),
    })),
  }
}
