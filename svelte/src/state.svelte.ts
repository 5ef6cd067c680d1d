import { getContext, setContext } from "svelte"
import { makeCatalogue } from "./core/catalogue"
import { listEpisodes, largestSpikes } from "./core/episodes"
import { readHash, writeHash, type RowView, type View } from "./core/hash"
import { Pictures } from "./core/images"
import { JsonFiles } from "./core/json"
import type { Output } from "./core/outputs"
import type { Channel, Props } from "./core/props"
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
  readonly spikes

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

  total = $derived.by(() => this.props.trajectories.values[this.trajectory].length)
  visible = $derived.by(() => Math.min(this.total, this.props.formatting.scrubber_visible_duration))
  outputs = $derived.by(() => this.catalogue.outputs(this.layer, this.trajectory))
  episode = $derived.by(() =>
    this.episodes.findLast((e) => e.trajectory === this.trajectory && e.start <= this.frame)!,
  )

  constructor(props: Props, hash: string) {
    this.props = props
    this.catalogue = makeCatalogue(props)
    this.writings = new Writings(props)
    this.json = new JsonFiles(props.json_preloaded)
    this.episodes = listEpisodes(props.trajectories)
    this.spikes = largestSpikes(this.episodes, Math.max(16, props.bookmarks.high.length))
    this.subdiv = props.vis_defaults.subdiv_mult
    this.expand = props.vis_defaults.expand_mult
    this.speed = props.formatting.video_speed
    this.layer = props.layers[0] ?? ""
    this.show(readHash(hash))
  }

  get hash(): string {
    return writeHash(this)
  }

  /** Bring what is given into view; values that the data does not have are put right or left out. */
  show(view: Partial<View>): void {
    const { props } = this
    const last = props.trajectories.values.length - 1
    if (view.layer !== undefined && props.layers.includes(view.layer)) this.layer = view.layer
    if (view.trajectory !== undefined) this.trajectory = clamp(view.trajectory, 0, last)
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
    return { output, layer: null, channel: null }
  }

  output(key: string): Output | null {
    return this.outputs.find((output) => output.key === key) ?? null
  }

  rowLayer(row: RowView): string {
    return (this.compare && row.layer) || this.layer
  }

  /** Hovering over the legend goes before the row's own channel, that before the residual switch. */
  rowChannel(row: RowView): Channel {
    const usual = this.residual ? "all" : "prin"
    if (this.hover?.layer === this.rowLayer(row)) return this.hover.channel
    return (this.compare ? row.channel : null) ?? usual
  }
}

export const provideState = (state: InterfaceState) => setContext(KEY, state)
export const useState = () => getContext<InterfaceState>(KEY)
