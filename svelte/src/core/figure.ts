// The figure of the page: what its screens, charts and legends show. The page draws it, and so does the picture.
import { comboName } from "./actions"
import { formatNumber } from "./format"
import { sheetFile, sheetOf } from "./frames"
import { featureTitle } from "./labels"
import { legendOf, type Legend, type LegendEntry } from "./legend"
import { framesOf, trajectoryName, type Place } from "./models"
import { outputName, outputNameAt, outputValues } from "./outputs"
import type { Channel, Direction, Props, Sheet } from "./props"
import { provenanceLine } from "./provenance"
import type { ShownRow } from "./rows"
import type { Scene } from "./scene"
import type { Totals } from "./totals"
import { accountFor, trustOf, type Trust } from "./trust"
import { unitOf, withUnit } from "./units"

/** One frame of a strip or of sheets. */
export interface FrameImage {
  directory: string
  /** File of the strip, or of the first of its sheets. */
  file: string
  sheet?: Sheet
  frame: number
  /** Frames in all. */
  total: number
  opacity: number
  grey: boolean
}

export interface Screen {
  title: string
  note: string
  /** What the topmost image shows, for those who do not see it. */
  label: string
  /** What attribution has full brightness, in words; null where that is not known. */
  brightness: string | null
  /** Each drawn over the ones before it. */
  images: FrameImage[]
  /** What the data lacks. */
  problem: string | null
}

export interface Bar extends LegendEntry {
  /** Null while it is not there. */
  value: number | null
  /** Whether the screens show it. */
  shown: boolean
  /** Whether it steps back behind the one channel that the screens show. */
  faded: boolean
}

export interface RowFigure {
  title: string
  screens: Screen[]
  bars: Bar[]
  /** What the bars are, and their scale. */
  about: string
  /** Largest size of a bar. */
  scale: number
  trust: Trust | null
  legend: Legend
  /** Why there is nothing to show. */
  problem: string | null
}

export interface Figure {
  title: string
  subtitle: string
  rows: RowFigure[]
  /** Height of a screen, in widths of it. */
  ratio: number
  /** Whether each row has its legend, instead of one for all. */
  legends: boolean
  /** Where the data comes from, in a line; null where it does not tell. */
  source: string | null
}

const TITLES: Record<Direction, string> = { abs: "Attribution", pos: "Positive", neg: "Negative" }
const NOTES = {
  abs: { v: "both signs together", logits: "both signs together" },
  pos: { v: "good news", logits: "speaks for it" },
  neg: { v: "bad news", logits: "speaks against it" },
}

/** Height of a screen, in widths of it: that of the frames, unless the options ask for another shape. */
export function screenRatio({ layout, formatting }: Props): number {
  const { video_width, video_height } = formatting
  const sheet = layout?.trajectories
  if (sheet && video_width === video_height) return sheet.height / sheet.width
  return parseFloat(video_height) / parseFloat(video_width)
}

/** Address of the image, or of another sheet of it. */
export const imageUrl = ({ directory, file, frame, sheet }: FrameImage, number = sheetOf(frame, sheet)) =>
  directory + sheetFile(file, number)

const directions = ({ combine }: Scene): Direction[] => (combine ? ["abs"] : ["pos", "neg"])

/** What of the attribution is shown, in words. */
function channelWords({ catalogue, names }: Scene, layer: string, channel: Channel): string {
  if (catalogue.isWhole(layer)) return "everything"
  const words = { prin: "all features", all: "all features and the residual", res: "the residual" }
  return typeof channel === "number" ? featureTitle(names, layer, channel).replace("Feature", "feature") : words[channel]
}

/** Whether that is good or bad news; of a difference, whether there is more or less of it than in the model taken away. */
function noteOf({ models }: Scene, { model, output }: ShownRow, direction: Direction): string {
  const { minus } = models[model]
  if (minus && direction !== "abs") return `${direction === "pos" ? "more" : "less"} than in ${models[minus[1]].name}`
  return NOTES[direction][output.type === "v" ? "v" : "logits"]
}

function observationImage({ props }: Scene, { trajectory, frame }: Place, grey: boolean): FrameImage {
  return {
    directory: props.subdirs.trajectories,
    file: `${framesOf(props, trajectory)}.png`,
    sheet: props.layout?.trajectories,
    frame,
    total: props.trajectories.values[trajectory].length,
    opacity: 1,
    grey,
  }
}

/** Frames at full resolution are not what the model sees; its own size is told in what is left of a narrow title. */
function observationNote({ layout, model_input }: Props): string {
  const shown = layout?.trajectories
  if (!shown || !model_input || (shown.width === model_input.width && shown.height === model_input.height)) {
    return "pixels the model sees"
  }
  return `the model sees ${model_input.width} × ${model_input.height}`
}

export function observationScreen(scene: Scene, place: Place): Screen {
  return {
    title: "Observation",
    note: observationNote(scene.props),
    label: `Observation at frame ${place.frame + 1} of ${trajectoryName(scene.models, place.trajectory)}`,
    brightness: null,
    images: [observationImage(scene, place, false)],
    problem: null,
  }
}

/** By what to dim images so that all trajectories have one scale, and what then has full brightness. */
function brightnessOf({ catalogue, ownScale }: Scene, layer: string, trajectory: number, output: string) {
  const brightness = catalogue.brightness(layer, trajectory, output)
  if (!brightness) return { factor: 1, full: null }
  const { own, most } = brightness
  return ownScale ? { factor: 1, full: own } : { factor: own / most, full: most }
}

export function attributionScreen(scene: Scene, row: ShownRow, place: Place, direction: Direction): Screen {
  const { props, catalogue, overlay } = scene
  const { output, layer, channel } = row
  const title = TITLES[direction]
  const note = noteOf(scene, row, direction)
  const words = channelWords(scene, layer, channel)
  const whole = direction === "abs" ? title : `${title} attribution`
  const file = catalogue.image(layer, place.trajectory, output.key, direction, channel)
  const { factor, full } = brightnessOf(scene, layer, place.trajectory, output.key)
  const observation = observationImage(scene, place, true)
  const attribution = file && {
    ...observation,
    directory: props.subdirs.attribution,
    file,
    sheet: props.layout?.attribution?.[layer],
    opacity: factor * (overlay ? props.formatting.attribution_weight : 1),
    grey: false,
  }
  return {
    title,
    note,
    label: `${whole} (${note}) of ${words}, layer ${layer}`,
    brightness: full === null ? null : `full at ${formatNumber(full, 2)}${unitOf(output.type, props)}`,
    images: [...(overlay ? [observation] : []), ...(attribution ? [attribution] : [])],
    problem: file ? null : `This data has no ${whole.toLowerCase()} of ${words} at layer ${layer}.`,
  }
}

/** Of a layer whose attribution is shown as a whole. */
const WHOLE: LegendEntry = { channel: "res", name: "all", title: "All", color: null }

/** A bar for each feature of the layer and for the residual; none where the data has no totals. */
function barsOf(scene: Scene, { layer, channel, output }: ShownRow, place: Place, totals: Totals | null): Bar[] {
  if (!scene.catalogue.totals(layer, place.trajectory, output.key)) return []
  const alone = typeof channel === "number" || channel === "res"
  const among = (entry: LegendEntry) =>
    alone ? entry.channel === channel : channel === "all" || entry.channel !== "res"
  const at = (entry: LegendEntry) =>
    entry.channel === "res" ? totals?.residual[place.frame] : totals?.channels[place.frame]?.[entry.channel]
  const entries = scene.catalogue.isWhole(layer) ? [WHOLE] : legendOf(scene, layer).entries
  return entries.map((entry) => {
    const shown = among(entry)
    return { ...entry, value: at(entry) ?? null, shown, faded: alone && !shown }
  })
}

function titleOf(scene: Scene, { output, layer, channel, model, place }: ShownRow): string {
  const { catalogue, compare, models, props, trajectory } = scene
  const several = compare && models.length > 1
  const name = place ? outputNameAt(output, place, props) : outputName(output, props.action_combos)
  return [
    `${several ? `${models[model].name}: ` : ""}Attribution of the ${name}`,
    `layer ${layer}`,
    ...(channel === "prin" || catalogue.isWhole(layer) ? [] : [channelWords(scene, layer, channel)]),
    ...(place && framesOf(props, place.trajectory) !== framesOf(props, trajectory) ? [`frame ${place.frame + 1}`] : []),
  ].join(", ")
}

const scaleWords = (largest: number, unit: string) =>
  largest === 0 ? "all are zero" : `scale ±${formatNumber(largest)}${unit}`

function trustAt({ catalogue, models, props }: Scene, { layer, model, output }: ShownRow, { trajectory, frame }: Place, totals: Totals): Trust {
  const gaps = catalogue.gaps(layer, trajectory, output.key)
  const accounted = accountFor(frame, totals, gaps, outputValues(output, trajectory, props)[frame] ?? null)
  const symbol = `${models[model].minus ? "Δ" : ""}${output.type === "v" ? "V" : "F"}`
  const trust = trustOf(accounted, symbol, catalogue.isWhole(layer))
  const unit = unitOf(output.type, props)
  return { ...trust, steps: trust.steps.map((step) => ({ ...step, number: withUnit(step.number, unit) })) }
}

/**
 * What a row shows. totals: those of its output, layer and trajectory, largest: the largest of all trajectories; null
 * where they are not there (yet).
 */
export function rowFigure(scene: Scene, row: ShownRow, totals: Totals | null, largest: number | null = null): RowFigure {
  const { layer, place } = row
  const legend = legendOf(scene, layer)
  const empty = { title: titleOf(scene, row), legend, screens: [], bars: [], about: "", scale: 1, trust: null }
  if (!place) return { ...empty, problem: `${scene.models[row.model].name} did not come to this level in its recording.` }
  const scale = (scene.ownScale ? null : largest) ?? totals?.largest ?? 0
  return {
    ...empty,
    screens: [observationScreen(scene, place), ...directions(scene).map((d) => attributionScreen(scene, row, place, d))],
    bars: barsOf(scene, row, place, totals),
    about: ["summed over the picture", ...(totals ? [scaleWords(scale, unitOf(row.output.type, scene.props))] : [])].join(", "),
    scale: scale || 1,
    trust: totals && trustAt(scene, row, place, totals),
    problem: null,
  }
}

/** The strips of the timeline that show a row's attribution by frame: images of all frames, each over the one before. */
export function stripsOf(scene: Scene, { layer, output, channel }: ShownRow): { name: string; urls: string[]; opacity: number }[] {
  const { catalogue, props, trajectory, overlay } = scene
  const { subdirs } = props
  const observation = overlay ? [`${subdirs.trajectories_scrub}${framesOf(props, trajectory)}.png`] : []
  const opacity = brightnessOf(scene, layer, trajectory, output.key).factor * (overlay ? props.formatting.attribution_weight : 1)
  return directions(scene).flatMap((direction) => {
    const file = catalogue.image(layer, trajectory, output.key, direction, channel)
    return file ? [{ name: TITLES[direction].toLowerCase(), urls: [...observation, subdirs.attribution_scrub + file], opacity }] : []
  })
}

/** A row, its totals, and the largest of all trajectories'. */
export interface RowTotals {
  row: ShownRow
  totals: Totals | null
  largest?: number | null
}

/** The whole figure, of rows with their totals. Rows with nothing to show say so. */
export function figureOf(scene: Scene, rows: RowTotals[]): Figure {
  const { props, models, trajectory, frame, compare } = scene
  const action = props.trajectories.actions[trajectory][frame]
  const combo = comboName(props.action_combos[action] ?? [`${action}`])
  const total = props.trajectories.values[trajectory].length
  return {
    title: props.env_name ?? "What the agent sees",
    subtitle: `${trajectoryName(models, trajectory)}, frame ${frame + 1} of ${total}, next action ${combo}`,
    rows: rows.map(({ row, totals, largest }) => rowFigure(scene, row, totals, largest)),
    ratio: screenRatio(props),
    legends: compare,
    source: provenanceLine(props),
  }
}
