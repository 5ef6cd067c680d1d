import { describe, expect, test } from "vitest"
import { figureOf, imageUrl, rowFigure, screenRatio, stripsOf } from "../../src/core/figure"
import type { RowChoices } from "../../src/core/hash"
import { legendOf } from "../../src/core/legend"
import { completeProps } from "../../src/core/completing"
import type { Props } from "../../src/core/props"
import { shownRow } from "../../src/core/rows"
import type { Scene } from "../../src/core/scene"
import type { Totals } from "../../src/core/totals"
import { trustText } from "../../src/core/trust"
import { makeScene } from "./scene"

const SHEET = { width: 8, height: 8, columns: 2, rows: 2 }
const totals: Totals = { channels: Array(6).fill([1, -0.5, 0.25]), residual: Array(6).fill(-0.125), largest: 1 }

function figure(change: Partial<Scene> = {}, row: Partial<RowChoices> = {}, raw: Parameters<typeof makeScene>[1] = {}) {
  const scene = makeScene(change, raw)
  return rowFigure(scene, shownRow(scene, { output: "v", layer: null, channel: null, model: null, ...row }), totals)
}

describe("screens", () => {
  test("the observation, and each sign of attribution over it in grey", () => {
    const { screens } = figure({ frame: 5 }, {}, { layout: { trajectories: SHEET, attribution: { "2b": SHEET } } })
    expect(screens.map(({ title, note }) => [title, note])).toEqual([
      ["Observation", "pixels the model sees"], ["Positive", "good news"], ["Negative", "bad news"],
    ])
    expect(screens[0].label).toBe("Observation at frame 6 of original, trajectory 1")
    expect(screens[1].label).toBe("Positive attribution (good news) of all features, layer 2b")
    const images = screens[2].images.map((image) => [imageUrl(image), image.grey, image.opacity])
    expect(images).toEqual([["trajectories/0-1.png", true, 1], ["attribution/2b_0_v_neg_prin-1.png", false, 0.9]])
    expect(imageUrl(screens[2].images[1], 0)).toBe("attribution/2b_0_v_neg_prin.png")
  })

  test("images are dimmed so that all trajectories have one scale", () => {
    const { attributions } = makeScene().props
    const scaled = attributions.map((entry) => ({ ...entry, scales: entry.images.map(() => (entry.trajectory ? 2 : 0.5)) }))
    const positive = (change: Partial<Scene>) => figure(change, {}, { attributions: scaled }).screens[1]
    expect(positive({})).toMatchObject({ brightness: "full at 2", images: [{ opacity: 1 }, { opacity: 0.225 }] })
    expect(positive({ ownScale: true })).toMatchObject({ brightness: "full at 0.5", images: [{ opacity: 1 }, { opacity: 0.9 }] })
    expect(figure().screens[1].brightness).toBe(null)
  })

  test("combined and alone", () => {
    const { screens } = figure({ overlay: false, combine: true })
    expect(screens.map(({ images }) => images.map((image) => [image.file, image.opacity]))).toEqual([
      [["0.png", 1]], [["2b_0_v_abs_prin.png", 1]],
    ])
    expect(screens[1].label).toBe("Attribution (both signs together) of all features, layer 2b")
  })

  test("a row's own layer, feature, output and model, at that model's frame", () => {
    const row = { output: "a1", layer: "1a", channel: 1, model: 1 }
    const { screens, title } = figure({ compare: true, frame: 3, names: { "1a": { 1: "Saw" } } }, row)
    expect(screens[1]).toMatchObject({ note: "speaks for it", label: "Positive attribution (speaks for it) of feature 2: Saw, layer 1a" })
    expect(screens[1].images.at(-1)).toMatchObject({ file: "1a_1_action_pos_1.png", frame: 2 })
    expect(title).toBe("edited: Attribution of the logit of →, layer 1a, feature 2: Saw, frame 3")
  })

  test("what the data lacks is said", () => {
    const { screens } = figure({ hover: { layer: "input", channel: 2 }, layer: "input" })
    expect(screens[1].problem).toBe("This data has no positive attribution of feature 3 at layer input.")
    expect(screens[1].images).toHaveLength(1)
    expect(figure({ compare: true, frame: 5 }, { model: 1 })).toMatchObject({
      problem: "edited did not come to this level in its recording.", screens: [], bars: [],
    })
  })
})

test("screens have the shape of the frames, unless the options ask for another", () => {
  const formatting = (width: string, height: string) => ({ video_width: width, video_height: height }) as Props["formatting"]
  const ratio = (raw: Partial<Props>) => screenRatio(completeProps({ ...makeScene().props, ...raw }))
  expect(ratio({ layout: { trajectories: { ...SHEET, width: 30, height: 40 } } })).toBeCloseTo(4 / 3)
  expect(ratio({ layout: { trajectories: SHEET }, formatting: formatting("20em", "10em") })).toBe(0.5)
  expect(ratio({})).toBe(1)
})

describe("titles say what the screens show", () => {
  test.each([
    [{}, "Attribution of the value function, layer 2b"],
    [{ residual: true }, "Attribution of the value function, layer 2b, all features and the residual"],
    [{ hover: { layer: "2b", channel: "res" as const } }, "Attribution of the value function, layer 2b, the residual"],
    [{ hover: { layer: "2b", channel: 1 } }, "Attribution of the value function, layer 2b, feature 2: coin"],
  ])("%j", (change, title) => expect(figure(change).title).toBe(title))
})

describe("bars", () => {
  const bars = (change: Partial<Scene> = {}, row: Partial<RowChoices> = {}) => figure(change, row).bars

  test("a feature each and the residual, in the legend's order, names and colours", () => {
    expect(bars().map(({ name, color, value }) => [name, color, value])).toEqual([
      ["1", "#ff0000", 1], ["coin", "#00ff00", -0.5], ["3", "#0000ff", 0.25], ["residual", null, -0.125],
    ])
    const scene = makeScene()
    expect(bars().map(({ channel }) => channel)).toEqual(legendOf(scene, "2b").entries.map(({ channel }) => channel))
    expect(legendOf(scene, "input")).toMatchObject({ features: 0, entries: [] })
  })

  test("those of what the screens leave out step back", () => {
    const states = (all: ReturnType<typeof bars>) => all.map(({ shown, faded }) => `${shown ? "shown" : "not"}${faded ? " faded" : ""}`)
    expect(states(bars())).toEqual(["shown", "shown", "shown", "not"])
    expect(states(bars({ residual: true }))).toEqual(["shown", "shown", "shown", "shown"])
    const one = ["not faded", "shown", "not faded", "not faded"]
    expect(states(bars({ hover: { layer: "2b", channel: 1 } }))).toEqual(one)
    expect(states(bars({ compare: true }, { channel: 1 }))).toEqual(one)
  })

  test("the scale is the largest of the trajectory", () => {
    expect(figure()).toMatchObject({ about: "summed over the picture, scale ±1", scale: 1 })
    const scene = makeScene()
    const zeros = { channels: Array(6).fill([0, 0, 0]), residual: Array(6).fill(0), largest: 0 }
    expect(rowFigure(scene, shownRow(scene, scene.rows[0]), zeros)).toMatchObject({ about: "summed over the picture, all are zero", scale: 1 })
  })

  test("the scale is that of all trajectories, where each is not to have its own", () => {
    const scale = (change: Partial<Scene>) => {
      const scene = makeScene(change)
      return rowFigure(scene, shownRow(scene, scene.rows[0]), totals, 4).scale
    }
    expect([scale({}), scale({ ownScale: true })]).toEqual([4, 1])
  })

  test("a layer without features has one for everything", () => {
    const whole = figure({}, {}, { feature_counts: { "2b": 0 } })
    expect(whole.bars).toMatchObject([{ name: "all", value: -0.125, shown: true, faded: false }])
    expect(whole.legend.entries).toEqual([])
    expect(whole.title).toBe("Attribution of the value function, layer 2b")
    expect(whole.screens[1].label).toBe("Positive attribution (good news) of everything, layer 2b")
    expect(whole.screens[1].images.at(-1)!.file).toBe("2b_0_v_pos_all.png")
  })

  test("until the totals are there, places for them; none where the data has none", () => {
    const scene = makeScene()
    const waiting = rowFigure(scene, shownRow(scene, scene.rows[0]), null)
    expect(waiting).toMatchObject({ about: "summed over the picture", scale: 1, trust: null })
    expect(waiting.bars.map(({ value }) => value)).toEqual([null, null, null, null])
    expect(figure({}, {}, { attribution_totals: [] }).bars).toEqual([])
  })
})

test("trust is a way from V(0) to V(x) in steps; F stands for what is no value function", () => {
  const sentence = (all: ReturnType<typeof figure>) => trustText(all.trust!)
  expect(sentence(figure())).toBe("features +0.750, residual −0.125, gap unknown")
  const gaps = ["v", "action"].map((type) => ({
    layer: "2b", trajectory: 0, baselines: [0], gaps: [Array(6).fill(0.375)], metadata: { type: [type as "v"], data: [type === "v" ? null : 1] },
  }))
  expect(sentence(figure({ frame: 2 }, {}, { integration_gaps: gaps }))).toBe(
    "V(0) 2.000, features +0.750, residual −0.125, gap +0.375 = V(x) 3.000: large gap: raise attr_integrate_steps",
  )
  expect(sentence(figure({}, { output: "a1" }, { integration_gaps: gaps }))).toMatch(/^F\(0\) .* = F\(x\)/)
})

test("the strips of the timeline show what the screens show", () => {
  const strips = (change: Partial<Scene>) => {
    const scene = makeScene(change)
    return stripsOf(scene, shownRow(scene, scene.rows[0]))
  }
  expect(strips({ residual: true })).toEqual([
    { name: "positive", urls: ["trajectories_scrub/0.png", "attribution_scrub/2b_0_v_pos_all.png"], opacity: 0.9 },
    { name: "negative", urls: ["trajectories_scrub/0.png", "attribution_scrub/2b_0_v_neg_all.png"], opacity: 0.9 },
  ])
  expect(strips({ combine: true, overlay: false })).toEqual([{ name: "attribution", urls: ["attribution_scrub/2b_0_v_abs_prin.png"], opacity: 1 }])
  expect(strips({ layer: "input", hover: { layer: "input", channel: 0 } })).toEqual([])
})

test("the whole figure: where it is from, and all rows", () => {
  const scene = makeScene({ frame: 3, compare: true }, { env_name: "coinrun" })
  const shown = [0, 1].map((model) => shownRow(scene, { output: "v", layer: null, channel: null, model }))
  const { title, subtitle, rows, legends } = figureOf(scene, shown.map((row) => ({ row, totals })))
  expect([title, subtitle, legends]).toEqual(["coinrun", "original, trajectory 1, frame 4 of 6, next action →", true])
  expect(rows.map((row) => row.title)).toEqual([
    "original: Attribution of the value function, layer 2b",
    "edited: Attribution of the value function, layer 2b, frame 3",
  ])
})
