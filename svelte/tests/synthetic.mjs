// A made-up data set that uses everything newer data has: several sheets, an input layer, logits and groups,
// JSON in files, integration gaps. Every frame of every image has a colour of its own, so that a test can tell
// which frame of which file is on the screen.
import fs from "node:fs"
import path from "node:path"
import zlib from "node:zlib"
import { png } from "./png.mjs"

export const FRAMES = 40
export const SHEET = { width: 8, height: 8, columns: 5, rows: 3 }
const LAYERS = ["input", "1a", "2b"]
const DIRECTIONS = 3
const OUTPUTS = [
  ["v", null],
  ["action", 0],
  ["action", 1],
  ["action_group", [1, 2]],
]
const SUBDIV = [0.5, 1]
const EXPAND = [1, 2, 4]
const CELLS = 8

/** Colour of frame t of a strip of images, 0 to 255 each. */
export function frameColor(file, t) {
  let hash = 2166136261
  for (const letter of `${file} ${t}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619) >>> 0
  return [hash & 255, (hash >>> 8) & 255, (hash >>> 16) & 255]
}

export const value = (trajectory, t) => Math.sin(t / 4 + trajectory) + (t === 17 ? 3 : 0)

const write = (folder, name, data) => {
  fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true })
  fs.writeFileSync(path.join(folder, name), data)
}

function writeFrames(folder, directory, file, { width, height, columns, rows: full } = SHEET) {
  const perSheet = columns * full
  for (let sheet = 0; sheet * perSheet < FRAMES; sheet++) {
    const rows = Math.min(full, Math.ceil((FRAMES - sheet * perSheet) / columns))
    const image = png(columns * width, rows * height, (x, y) => {
      const t = sheet * perSheet + Math.floor(y / height) * columns + Math.floor(x / width)
      return [...frameColor(file, t), t < FRAMES ? 255 : 0]
    })
    write(folder, `${directory}/${sheet ? file.replace(".png", `-${sheet}.png`) : file}`, image)
  }
  write(folder, `${directory}_scrub/${file}`, png(FRAMES, 8, (x) => [...frameColor(file, x), 255]))
}

function attributionFiles(layer, trajectory) {
  const channels = layer === "input" ? ["prin", "all"] : ["prin", "all", ...Array(DIRECTIONS).keys(), "res"]
  const entry = { layer, trajectory, images: [], metadata: { type: [], data: [], direction: [], channel: [] } }
  for (const [type, data] of OUTPUTS) {
    for (const direction of ["abs", "pos", "neg"]) {
      for (const channel of channels) {
        const output = [type, ...(data === null ? [] : [data].flat())].join("_")
        entry.images.push(`${layer}_${trajectory}_${output}_${direction}_${channel}.png`)
        for (const [key, item] of Object.entries({ type, data, direction, channel })) entry.metadata[key].push(item)
      }
    }
  }
  return entry
}

const metadata = { type: OUTPUTS.map(([type]) => type), data: OUTPUTS.map(([, data]) => data) }
const times = (make) => Array.from({ length: FRAMES }, (_, t) => make(t))
const all = (make) => [0, 1].map((trajectory) => times((t) => make(trajectory, t)))

/** Totals of direction k, of output o: easy to foresee in a test. */
export const total = (o, t, k) => (k - 1) * (t + 1) * 0.01 * (o + 1)
export const RESIDUAL = 0.05
export const GAP = 0.02

function features(folder) {
  const entries = []
  for (const layer of LAYERS.slice(1)) {
    write(folder, `thumbnails/${layer}.png`, png(8 * DIRECTIONS, 8, (x) => [80 * Math.floor(x / 8) + 60, 90, 120, 255]))
    for (let number = 0; number < DIRECTIONS; number++) {
      const entry = { layer, number, images: [], overlay_grids: [], metadata: { subdiv_mult: [], expand_mult: [] } }
      for (const subdiv of SUBDIV) {
        for (const expand of EXPAND) {
          const name = `${layer}_${number}_${subdiv * 10}_${expand}`
          const cells = CELLS * subdiv
          // Half of the patches are weak; all have the colour of their setting.
          const color = [60 * expand, 200 * subdiv, 40 * number]
          const image = png(cells * 2, cells * 2, (x, y) => [...color, (x + y) % 4 < 2 ? 255 : 102])
          write(folder, `features/${name}.png`, image)
          const grid = Array.from({ length: cells }, (_, r) => Array.from({ length: cells }, (_, c) => (r + c) % 4))
          write(folder, `features_grids/${name}.json`, JSON.stringify(grid))
          entry.images.push(`${name}.png`)
          entry.overlay_grids.push(`${name}.json`)
          entry.metadata.subdiv_mult.push(subdiv)
          entry.metadata.expand_mult.push(expand)
        }
      }
      entries.push(entry)
    }
  }
  for (let i = 0; i < 4; i++) write(folder, `observations/${i}.png`, png(8, 8, () => [50 * i, 20, 90, 255]))
  return entries
}

/** Feature 3 of 1a is that of the coin: a name that nobody has given. */
function responses() {
  const rows = [[1, 1], [1, 1], [12, 1]]
  const features = { ratio: rows, low: rows, high: rows }
  return { "1a": { kinds: ["coin", "saw"], objects: [9, 9], observations: 4, episodes: 4, features, names: { 2: "coin" } } }
}

/** The image made by gradient of feature 2 of 2b. */
function visualized(folder) {
  write(folder, "images/2b_gradient.png", png(8, 8, () => [10, 200, 30, 255]))
  return { page: "features.html", gradients: { "2b": { 1: "images/2b_gradient.png" } } }
}

/** What a position adds to an output, in steps of 0.01, by direction and, last, the residual: easy to foresee in a test. */
export const level = (t, k, row, column) => (k === 1 ? 0 : (k + 1) * (row - column) + (t % 2))

/** The scripts of what each position adds, one for each sheet. */
function values(folder, name) {
  const { width, height, columns, rows } = SHEET
  for (let sheet = 0; sheet * columns * rows < FRAMES; sheet++) {
    const first = sheet * columns * rows
    const shape = [Math.min(columns * rows, FRAMES - first), DIRECTIONS + 1, height, width]
    const levels = new Int8Array(shape.reduce((a, b) => a * b)).map((_, i) => {
      const [x, y, k, t] = [i, i / width, i / width / height, i / width / height / shape[1]].map(Math.floor)
      return level(first + t, k % shape[1], y % height, x % width)
    })
    const content = { shape, steps: Array(shape[0]).fill(0.01), levels: zlib.deflateSync(levels).toString("base64") }
    const file = `attribution_values/${sheet ? name.replace(".js", `-${sheet}.js`) : name}`
    write(folder, file, `understandingRlVisionValues(${JSON.stringify(file)}, ${JSON.stringify(content)});\n`)
  }
}

function totals(folder) {
  return LAYERS.slice(1).flatMap((layer) =>
    [0, 1].map((trajectory) => {
      const entry = { layer, trajectory, channels: [], residuals: [], values: [], metadata }
      OUTPUTS.forEach((_, o) => {
        const name = `${layer}_${trajectory}_${o}`
        const channels = times((t) => [...Array(DIRECTIONS).keys()].map((k) => total(o, t, k)))
        write(folder, `attribution_totals/${name}_channels.json`, JSON.stringify(channels))
        write(folder, `attribution_totals/${name}_residuals.json`, JSON.stringify(times(() => RESIDUAL)))
        entry.channels.push(`${name}_channels.json`)
        entry.residuals.push(`${name}_residuals.json`)
        values(folder, `${name}.js`)
        entry.values.push(`${name}.js`)
      })
      return entry
    }),
  )
}

/**
 * Write the images and JSON files to a folder; returns the props. `frames`: how the frames that people see lie on
 * sheets, which at full resolution is not how those of attribution do.
 */
export function writeSynthetic(folder, frames = SHEET) {
  const attributions = LAYERS.flatMap((layer) => [0, 1].map((trajectory) => attributionFiles(layer, trajectory)))
  for (const { images } of attributions) for (const file of images) writeFrames(folder, "attribution", file)
  for (const trajectory of [0, 1]) writeFrames(folder, "trajectories", `${trajectory}.png`, frames)
  const action = (trajectory, t) => (t + trajectory) % 3
  return {
    run_id: "made-up",
    env_name: "synthetic",
    env_options: { env_kind: "procgen", env_name: "synthetic", distribution_mode: "easy", num_levels: 0, paint_vel_info: false },
    input_layer: "input",
    layers: LAYERS,
    features: features(folder),
    attributions,
    attribution_policy: true,
    attribution_single_channels: true,
    attribution_totals: totals(folder),
    integration_gaps: LAYERS.slice(1).flatMap((layer) =>
      [0, 1].map((trajectory) => ({
        layer,
        trajectory,
        metadata,
        baselines: OUTPUTS.map(() => 0.1),
        gaps: OUTPUTS.map(() => times(() => GAP)),
      })),
    ),
    responses: responses(),
    visualized: visualized(folder),
    layer_gaps: { "1a": 0.02, "2b": 0.03 },
    integration: { rule: "adaptive", points: 20 },
    colors: {
      features: ["#ff0000", "#00ff00", "#0000ff"],
      actions: ["#303030", "#808080", "#e0e0e0"],
      graphs: { v: "green", action: "red", action_group: "orange", advantage: "blue" },
      trajectory: "blue",
    },
    action_combos: [[], ["RIGHT"], ["RIGHT", "UP"]],
    action_groups: [[1, 2]],
    trajectories: {
      actions: all(action),
      rewards: all((_, t) => (t === 9 ? 10 : 0)),
      dones: all((_, t) => (t === 9 || t === 29 ? 1 : 0)),
      policy_logits: all((trajectory, t) => [0, 1, 2].map((i) => (i === action(trajectory, t) ? 2 : 0))),
      values: all(value),
      advantages: all((trajectory, t) => Math.cos(t / 3 + trajectory)),
    },
    bookmarks: { high: [[0, 19], [1, 5]], low: [[1, 28]] },
    vis_defaults: { subdiv_mult: 1, expand_mult: 4 },
    subdirs: {},
    formatting: { video_speed: 30, scrubber_visible_duration: 20 },
    json_preloaded: {},
    layout: { trajectories: frames, attribution: Object.fromEntries(LAYERS.map((layer) => [layer, SHEET])) },
  }
}
