import type { Catalogue } from "./catalogue"
import { counterpart } from "./counterpart"
import type { RowChoices } from "./hash"
import { ownerOf, type Place } from "./models"
import type { Output } from "./outputs"
import type { Channel } from "./props"
import type { Scene } from "./scene"

export interface Rows {
  rows: RowChoices[]
  compare: boolean
}

/** What a row shows, with what it leaves to the page. */
export interface ShownRow {
  output: Output
  layer: string
  model: number
  channel: Channel
  /** The channel that is chosen for this row alone. */
  own: Channel | null
  /** Null where the row's model did not come to the level. */
  place: Place | null
}

const newRow = (output: string): RowChoices => ({ output, layer: null, channel: null, model: null })

export const oneRow = (output: string): RowChoices[] => [newRow(output)]

/** The output that one more row would show; null where all are there and rows are not compared. */
export function nextOutput({ rows, compare }: Rows, outputs: Output[]): Output | null {
  const unused = outputs.find(({ key }) => !rows.some((row) => row.output === key))
  return unused ?? (compare ? outputs[0] : null) ?? null
}

export function addRow({ rows, compare }: Rows, outputs: Output[]): RowChoices[] {
  const output = nextOutput({ rows, compare }, outputs)
  return output ? [...rows, newRow(output.key)] : rows
}

export const removeRow = (rows: RowChoices[], index: number) => rows.filter((_, i) => i !== index)

/**
 * One more row, of an output, or no more of it where there is one. Where the models stand side by side, all show the
 * output, or the first one again.
 */
export function toggleOutput({ rows, compare }: Rows, key: string, models: number, outputs: Output[]): RowChoices[] {
  const isOf = (row: RowChoices) => row.output === key
  if (isSideBySide({ rows, compare }, models)) {
    const output = rows.every(isOf) ? outputs[0].key : key
    return rows.map((row) => ({ ...row, output }))
  }
  if (!rows.some(isOf)) return [...rows, newRow(key)]
  const others = rows.filter((row) => !isOf(row))
  return others.length ? others : oneRow(outputs[0].key)
}

export const changeRow = (rows: RowChoices[], index: number, change: Partial<RowChoices>) =>
  rows.map((row, i) => (i === index ? { ...row, ...change } : row))

/** Rows that are not compared differ by nothing but their output. */
const distinct = (rows: RowChoices[]) =>
  rows.filter((row, i) => rows.findIndex(({ output }) => output === row.output) === i)

export function toggleCompare({ rows, compare }: Rows): Rows {
  if (compare) return { rows: distinct(rows), compare: false }
  return { rows: rows.length === 1 ? [rows[0], { ...rows[0] }] : rows, compare: true }
}

/** Whether each of the models has a row, in order. */
export const isSideBySide = ({ rows, compare }: Rows, models: number) =>
  compare && rows.length === models && rows.every(({ model }, i) => model === i)

/** Whether these rows show the same of each model. */
export const isAbreast = ({ rows, compare }: Rows, models: number) =>
  isSideBySide({ rows, compare }, models) &&
  rows.every(({ output, layer, channel }) => output === rows[0].output && layer === null && channel === null)

/** A row for each model, beside each other; or back to one row. */
export function toggleSideBySide({ rows, compare }: Rows, models: number): Rows {
  if (isSideBySide({ rows, compare }, models)) return { rows: [{ ...rows[0], model: null }], compare: false }
  return { rows: [...Array(models).keys()].map((model) => ({ ...rows[0], model })), compare: true }
}

/** The rows of outputs that there are; the first output where there is none of them. */
export function fitRows({ rows, compare }: Rows, outputs: Output[]): RowChoices[] {
  const fitting = rows.filter((row) => outputs.some(({ key }) => key === row.output))
  if (!fitting.length) return outputs.slice(0, 1).map(({ key }) => newRow(key))
  return compare ? fitting : distinct(fitting)
}

/** The trajectory of a model that has the number which the trajectory on view has among its model's. */
export function trajectoryOf({ models, trajectory }: Pick<Scene, "models" | "trajectory">, model: number): number {
  const { trajectories } = models[model]
  return trajectories[Math.min(ownerOf(models, trajectory).number, trajectories.length - 1)]
}

/** Whether the layer has the channel. */
function hasChannel(catalogue: Catalogue, layer: string, channel: Channel): boolean {
  const count = catalogue.directions(layer)
  return typeof channel === "number" ? channel < count : count > 0
}

/** The channel that the row chose of a layer; null where the layer does not have it. */
function ownChannel({ catalogue, compare }: Scene, { channel }: RowChoices, layer: string): Channel | null {
  return compare && channel !== null && hasChannel(catalogue, layer, channel) ? channel : null
}

/**
 * The channel under the pointer in the legend goes before the row's own, that before the one that is pinned, that before
 * the switch of the residual.
 */
function channelOf({ catalogue, hover, pin, residual }: Scene, own: Channel | null, layer: string): Channel {
  if (catalogue.isWhole(layer)) return "all"
  if (hover?.layer === layer) return hover.channel
  const pinned = pin?.layer === layer && hasChannel(catalogue, layer, pin.channel) ? pin.channel : null
  return own ?? pinned ?? (residual ? "all" : "prin")
}

/** Choices that the data does not have are as good as none. */
export function shownRow(scene: Scene, row: RowChoices): ShownRow {
  const { props, catalogue, models, episodes, trajectory, frame, compare } = scene
  const layer = compare && row.layer !== null && props.layers.includes(row.layer) ? row.layer : scene.layer
  const own = ownChannel(scene, row, layer)
  const chosen = compare && row.model !== null ? Math.min(row.model, models.length - 1) : null
  const model = chosen ?? ownerOf(models, trajectory).model
  const to = trajectoryOf(scene, model)
  const counterframe = counterpart(episodes, { trajectory, frame }, to)
  return {
    output: catalogue.outputs(scene.layer, trajectory).find(({ key }) => key === row.output)!,
    layer,
    model,
    channel: channelOf(scene, own, layer),
    own,
    place: counterframe === null ? null : { trajectory: to, frame: counterframe },
  }
}
