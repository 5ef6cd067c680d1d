import { getContext, setContext } from "svelte"
import { makeCatalogue } from "./core/catalogue"
import { counterpart } from "./core/counterpart"
import { listEpisodes, largestSpikes } from "./core/episodes"
import { readHash, writeHash, type RowView, type View } from "./core/hash"
import { Pictures } from "./core/images"
import { listModels, ownerOf, type Place } from "./core/models"
import { JsonFiles } from "./core/json"
import type { Output } from "./core/outputs"
import { openingLayer, type Channel, type Props } from "./core/props"
import { followFrame } from "./core/window"
import { Writings } from "./writings.svelte"

const KEY = Symbol("state")
const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)

/** The one place where the page's state lives: what is chosen is stored, everything else derives from it. */
export class InterfaceState {
  readonly props: Props
  readonly catalogue
  readonly pictures = new Pictures()
  readonly json: JsonFiles
  readonly writings: Writings
  readonly episodes
  readonly models

  layer = $state("")
  trajectory = $state(0)
  frame = $state(0)
  rows = $state<RowView[]>([])
  overlay = $state(true)
  combine = $state(false)
  residual = $state(false)
  compare = $state(false)
  feature = $state<View["feature"]>(null)
  subdiv = $state(1)
  expand = $state(1)
  speed = $state(12)
  /** Channel under the pointer in the legend. */
  hover = $state<{ layer: string; channel: Channel } | null>(null)
  playing = $state(false)
  direction = $state<1 | -1>(1)
  /** First frame of the part of the timeline in view. */
  windowStart = $state(0)
  help = $state(false)

  /** The model that played the trajectory. */
  model = $derived.by(() => ownerOf(this.models, this.trajectory).model)
  /** The trajectory's number among its model's. */
  number = $derived.by(() => ownerOf(this.models, this.trajectory).number)
  total = $derived.by(() => this.frames(this.trajectory))
  visible = $derived.by(() => Math.min(this.total, this.props.formatting.scrubber_visible_duration))
  outputs = $derived.by(() => this.catalogue.outputs(this.layer, this.trajectory))
  episode = $derived.by(() =>
    this.episodes.findLast((e) => e.trajectory === this.trajectory && e.start <= this.frame)!,
  )

  /** The largest value spikes of the model. */
  spikes = $derived.by(() => {
    const own = this.episodes.filter((episode) => episode.model === this.model)
    return largestSpikes(own, Math.max(16, this.props.bookmarks.high.length / this.models.length))
  })

  constructor(props: Props, hash: string) {
    this.props = props
    this.catalogue = makeCatalogue(props)
    this.writings = new Writings(props)
    this.json = new JsonFiles(props.json_preloaded)
    this.models = listModels(props)
    this.episodes = listEpisodes(props.trajectories, this.models, props.episodes)
    this.subdiv = props.vis_defaults.subdiv_mult
    this.expand = props.vis_defaults.expand_mult
    this.speed = props.formatting.video_speed
    this.layer = openingLayer(props)
    this.show(readHash(hash))
  }

  get hash(): string {
    return writeHash(this)
  }

  /** Bring what is given into view; values that the data does not have are put right or left out. */
  show(view: Partial<View>): void {
    const { props } = this
    if (view.layer !== undefined && props.layers.includes(view.layer)) this.layer = view.layer
    if (view.model !== undefined || view.number !== undefined) {
      const { trajectories } = this.models[clamp(view.model ?? this.model, 0, this.models.length - 1)]
      this.trajectory = trajectories[clamp(view.number ?? this.number, 0, trajectories.length - 1)]
    }
    this.rows = this.#fitRows(view.rows ?? this.rows)
    for (const name of ["overlay", "combine", "residual", "compare"] as const) {
      if (view[name] !== undefined) this[name] = view[name]
    }
    for (const name of ["subdiv", "expand", "speed"] as const) if (view[name]) this[name] = view[name]
    if (view.feature !== undefined) this.feature = view.feature
    this.goTo(view.frame ?? this.frame)
  }

  /** Go to a frame (counted from 0), of another trajectory if given. */
  goTo(frame: number, trajectory = this.trajectory): void {
    this.trajectory = trajectory
    this.frame = clamp(Math.round(frame), 0, this.total - 1)
    this.windowStart = followFrame(this.windowStart, this.frame, this.visible, this.total)
  }

  /** Show another model: the same trajectory, as far into the same level. */
  showModel(model: number): void {
    const to = this.#trajectoryOf(model)
    this.goTo(counterpart(this.episodes, this, to) ?? this.frames(to) - 1, to)
  }

  /** A model's trajectory of the number on view. */
  #trajectoryOf(model: number): number {
    const { trajectories } = this.models[clamp(model, 0, this.models.length - 1)]
    return trajectories[Math.min(this.number, trajectories.length - 1)]
  }

  get sideBySide(): boolean {
    const { rows, models } = this
    return this.compare && rows.length === models.length && rows.every((row, model) => row.model === model)
  }

  /** A row for each model, beside each other; or back to one row. */
  toggleSideBySide(): void {
    const [first] = this.rows
    const to = !this.sideBySide
    this.rows = to ? this.models.map((_, model) => ({ ...first, model })) : [{ ...first, model: null }]
    this.compare = to
  }

  /** How many frames a trajectory has. */
  frames(trajectory: number): number {
    return this.props.trajectories.values[trajectory].length
  }

  trajectoryName(trajectory: number): string {
    const { model, number } = ownerOf(this.models, trajectory)
    return `${this.models.length > 1 ? `${this.models[model].name}, ` : ""}trajectory ${number + 1}`
  }

  /** The hash that leads to a frame. */
  addressOf({ trajectory, frame }: Place): string {
    const { model, number } = ownerOf(this.models, trajectory)
    return `#${this.models.length > 1 ? `model=${model + 1}&` : ""}trajectory=${number + 1}&frame=${frame + 1}`
  }

  /** One step for the player; stops at either end. */
  advance(): void {
    const next = this.frame + this.direction
    if (next < 0 || next >= this.total) this.playing = false
    else this.goTo(next)
  }

  togglePlay(): void {
    const atEnd = this.direction === 1 ? this.frame === this.total - 1 : this.frame === 0
    if (!this.playing && atEnd) this.goTo(this.direction === 1 ? 0 : this.total - 1)
    this.playing = !this.playing
  }

  /** An arrow key or button: turns the play direction while playing, takes a step while paused. */
  arrow(direction: 1 | -1): void {
    this.direction = direction
    if (!this.playing) this.goTo(this.frame + direction)
  }

  /** The rows whose outputs the layer has; the first output where there is none. */
  #fitRows(rows: RowView[]): RowView[] {
    const fitting = rows.filter((row) => this.output(row.output))
    return fitting.length ? fitting : this.outputs.slice(0, 1).map((output) => this.newRow(output.key))
  }

  openFeature(layer: string, number: number): void {
    if (this.catalogue.feature(layer, number)) this.feature = { layer, number }
  }

  /** The feature's name, or its number counted from 1. */
  featureName(layer: string, number: number): string {
    return this.writings.names[layer]?.[number] ?? `${number + 1}`
  }

  /** Show what a hash asks for, for instance a bookmark's. */
  follow(hash: string): void {
    this.playing = false
    this.show(readHash(hash))
  }

  newRow(output: string): RowView {
    return { output, layer: null, channel: null, model: null }
  }

  output(key: string): Output | null {
    return this.outputs.find((output) => output.key === key) ?? null
  }

  rowLayer(row: RowView): string {
    return (this.compare && row.layer) || this.layer
  }

  rowModel(row: RowView): number {
    return this.compare && row.model !== null ? clamp(row.model, 0, this.models.length - 1) : this.model
  }

  /** The frame that a row shows; null where its model did not come to the level. */
  rowPlace(row: RowView): Place | null {
    const trajectory = this.#trajectoryOf(this.rowModel(row))
    const frame = counterpart(this.episodes, this, trajectory)
    return frame === null ? null : { trajectory, frame }
  }

  /** Hovering over the legend goes before the row's own channel, that before the residual switch. */
  rowChannel(row: RowView): Channel {
    if (this.catalogue.isWhole(this.rowLayer(row))) return "all"
    const usual = this.residual ? "all" : "prin"
    if (this.hover?.layer === this.rowLayer(row)) return this.hover.channel
    return (this.compare ? row.channel : null) ?? usual
  }
}

export const provideState = (state: InterfaceState) => setContext(KEY, state)
export const useState = () => getContext<InterfaceState>(KEY)
