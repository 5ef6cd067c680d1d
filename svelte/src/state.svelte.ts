import { getContext, setContext } from "svelte"
import { makeCatalogue } from "./core/catalogue"
import { counterpart } from "./core/counterpart"
import { listEpisodes, largestSpikes } from "./core/episodes"
import { readHash, writeHash, type Choices, type RowChoices } from "./core/hash"
import { Pictures } from "./core/images"
import { isOfSameFrames, listModels, ownerOf, partsOf, trajectoryName, type Place } from "./core/models"
import { JsonFiles } from "./core/json"
import * as rows from "./core/rows"
import type { Scene } from "./core/scene"
import { openingLayer } from "./core/opening"
import { ValueFiles } from "./core/values"
import { followFrame, zoomed } from "./core/window"
import type { Annotation, Channel, Props } from "./core/props"
import { choose } from "./core/stories"
import { Writings } from "./writings.svelte"

const KEY = Symbol("state")
/** Frames a second, at least and at most. */
export const SPEEDS = [1, 120] as const
const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)

/** The one place where the page's state lives: what is chosen is stored, everything else derives from it. */
export class InterfaceState implements Scene {
  readonly props: Props
  readonly catalogue
  readonly pictures: Pictures
  readonly json: JsonFiles
  readonly values: ValueFiles
  readonly writings: Writings
  readonly episodes
  readonly models

  layer = $state("")
  trajectory = $state(0)
  frame = $state(0)
  rows = $state.raw<RowChoices[]>([])
  overlay = $state(true)
  combine = $state(false)
  residual = $state(false)
  compare = $state(false)
  ownScale = $state(false)
  lanes = $state(false)
  pin = $state<Choices["pin"]>(null)
  point = $state.raw<Choices["point"]>(null)
  find = $state.raw<Choices["find"]>(null)
  feature = $state<Choices["feature"]>(null)
  subdiv = $state(1)
  expand = $state(1)
  speed = $state(12)
  span = $state<Choices["span"]>(null)
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
  visible = $derived.by(() => Math.min(this.total, this.span ?? this.props.formatting.scrubber_visible_duration))
  outputs = $derived.by(() => this.catalogue.outputs(this.layer, this.trajectory))
  /** What each row shows. */
  shown = $derived.by(() => this.rows.map((row) => rows.shownRow(this, row)))
  sideBySide = $derived.by(() => rows.isSideBySide(this, this.models.length))
  /** Whether all rows show the same of the same frame, one model each. */
  abreast = $derived.by(() => isOfSameFrames(this.models) && rows.isAbreast(this, this.models.length))
  /** What one more row would show; null where there is nothing more to show. */
  nextOutput = $derived.by(() => rows.nextOutput(this, this.outputs))
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
    this.json = new JsonFiles(props.json_preloaded, props.json_packed)
    this.pictures = new Pictures(props.files)
    this.values = new ValueFiles(props.json_preloaded)
    this.models = listModels(props)
    this.episodes = listEpisodes(props.trajectories, this.models, props.episodes)
    this.subdiv = props.vis_defaults.subdiv_mult
    this.expand = props.vis_defaults.expand_mult
    this.speed = props.formatting.video_speed
    const asked = readHash(hash)
    const { opening } = props
    this.layer = opening?.layer ?? openingLayer(props)
    if (opening && [asked.model, asked.number, asked.frame].every((place) => place === undefined)) {
      this.trajectory = opening.trajectory
      this.frame = opening.frame
    }
    this.show(asked)
    // What is of the same frames is there to be compared.
    const isChosen = asked.rows !== undefined || asked.compare
    if (!isChosen && this.rows.length && isOfSameFrames(this.models)) this.toggleSideBySide()
  }

  get hash(): string {
    return writeHash(this)
  }

  get story(): number {
    return this.writings.stories.current
  }

  get names() {
    return this.writings.shown
  }

  /** Bring what is given into view; values that the data does not have are put right or left out. */
  show(choices: Partial<Choices>): void {
    const { props } = this
    if (choices.layer !== undefined && props.layers.includes(choices.layer)) this.layer = choices.layer
    if (choices.model !== undefined || choices.number !== undefined) {
      const { trajectories } = this.models[clamp(choices.model ?? this.model, 0, this.models.length - 1)]
      this.trajectory = trajectories[clamp(choices.number ?? this.number, 0, trajectories.length - 1)]
    }
    for (const name of ["overlay", "combine", "residual", "compare", "ownScale", "lanes"] as const) {
      if (choices[name] !== undefined) this[name] = choices[name]
    }
    this.rows = rows.fitRows({ rows: choices.rows ?? this.rows, compare: this.compare }, this.outputs)
    for (const name of ["subdiv", "expand"] as const) if (choices[name]) this[name] = choices[name]
    if (choices.speed !== undefined) this.speed = clamp(choices.speed, ...SPEEDS)
    if (choices.span !== undefined) this.span = choices.span && Math.round(choices.span)
    if (choices.pin !== undefined) this.pin = choices.pin
    if (choices.point !== undefined) this.point = choices.point
    if (choices.find !== undefined) this.find = choices.find
    if (choices.story !== undefined) this.writings.stories = choose(this.writings.stories, choices.story)
    const { feature } = choices
    if (feature !== undefined) this.feature = feature && this.catalogue.feature(feature.layer, feature.number) ? feature : null
    this.goTo(choices.frame ?? this.frame)
  }

  /** Show what a note is on: its frame, and what it asks for beside that. */
  showNote({ trajectory, frame, layer, output, feature }: Annotation): void {
    this.playing = false
    if (layer) this.show({ layer })
    this.goTo(frame, trajectory)
    if (this.outputs.some(({ key }) => key === output)) this.rows = rows.oneRow(output!)
    if (feature !== undefined) this.pin = feature === "all" ? null : { layer: layer ?? this.layer, channel: feature }
  }

  /** Go to a frame (counted from 0), of another trajectory if given. */
  goTo(frame: number, trajectory = this.trajectory): void {
    if (trajectory !== this.trajectory) {
      this.trajectory = trajectory
      this.rows = rows.fitRows(this, this.outputs)
    }
    this.frame = clamp(Math.round(frame), 0, this.total - 1)
    this.windowStart = followFrame(this.windowStart, this.frame, this.visible, this.total)
  }

  /** Go to a frame of the part in view, which keeps still under the pointer; beyond its edges it follows. */
  scrub(frame: number): void {
    this.frame = clamp(frame, 0, this.total - 1)
    this.pan(clamp(this.windowStart, this.frame + 1 - this.visible, this.frame))
  }

  /** Bring another part of the timeline into view. */
  pan(start: number): void {
    this.windowStart = clamp(start, 0, this.total - this.visible)
  }

  /** Show so many times the frames; `at` keeps its place, by default the frame on view. */
  zoom(factor: number, at = this.frame): void {
    const { start, visible } = zoomed(this.windowStart, this.visible, this.total, factor, at)
    this.span = visible
    this.pan(start)
  }

  /** Show another model: the same trajectory, as far into the same level. */
  showModel(model: number): void {
    const to = rows.trajectoryOf(this, model)
    this.goTo(counterpart(this.episodes, this, to) ?? this.frames(to) - 1, to)
  }

  addRow(): void {
    this.rows = rows.addRow(this, this.outputs)
  }

  removeRow(index: number): void {
    this.rows = rows.removeRow(this.rows, index)
  }

  changeRow(index: number, change: Partial<RowChoices>): void {
    this.rows = rows.changeRow(this.rows, index, change)
  }

  /** A row of an output, or none any more. */
  toggleOutput(key: string): void {
    this.rows = rows.toggleOutput(this, key, this.models.length, this.outputs)
  }

  /** Show an output in a row, or in all that are abreast. */
  showOutput(index: number, output: string): void {
    if (this.abreast) this.rows = this.rows.map((row) => ({ ...row, output }))
    else this.changeRow(index, { output })
  }

  toggleCompare(): void {
    Object.assign(this, rows.toggleCompare(this))
  }

  /** A row for each model, beside each other; or back to one row. */
  toggleSideBySide(): void {
    Object.assign(this, rows.toggleSideBySide(this, this.models.length))
  }

  /** How many frames a trajectory has. */
  frames(trajectory: number): number {
    return this.props.trajectories.values[trajectory].length
  }

  /** Of a difference, the trajectories that it is of. */
  partsOf(trajectory: number): [number, number] | null {
    return partsOf(this.models, trajectory)
  }

  trajectoryName(trajectory: number): string {
    return trajectoryName(this.models, trajectory)
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

  /** Isolate a channel of a layer for good, or no longer. */
  togglePin(layer: string, channel: Channel): void {
    const isPinned = this.pin?.layer === layer && this.pin.channel === channel
    this.pin = isPinned ? null : { layer, channel }
    // What is pinned is shown at once, and so is what is no longer.
    this.hover = null
  }

  openFeature(layer: string, number: number): void {
    if (this.catalogue.feature(layer, number)) this.feature = { layer, number }
  }

  /** Show what a hash asks for, for instance a bookmark's. */
  follow(hash: string): void {
    this.playing = false
    this.show(readHash(hash))
  }
}

export const provideState = (state: InterfaceState) => setContext(KEY, state)
export const useState = () => getContext<InterfaceState>(KEY)
