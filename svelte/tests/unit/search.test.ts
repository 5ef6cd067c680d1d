import { describe, expect, test } from "vitest"
import { listEpisodes } from "../../src/core/episodes"
import { legendOf } from "../../src/core/legend"
import { entropy, measured, measuresOf, readSearch, searchFrames, writeSearch } from "../../src/core/search"
import { makeScene } from "./scene"

// Episodes of the first trajectory: frames 0 to 2, 3 and 4, 5; of the second: 0 and 1, 2 to 5.
const scene = makeScene()
const totals = { channels: [0, 1, 2, 3, 4, 5].map((t) => [t, -t, 10 - t]), residual: [0, 0, -7, 0, 0, 1], largest: 10 }

const places = (found: ReturnType<typeof searchFrames>) =>
  found.map(({ episode, frame, value }) => [episode.trajectory, frame, value])

describe("what frames are sorted by", () => {
  test("features by their names, then what every frame has; nothing of a value that is not there", () => {
    const { entries } = legendOf(scene, "2b")
    expect(measuresOf(entries, true, true).map(({ by, name }) => [by, name])).toEqual([
      [0, "feature 1"], [1, "feature 2: coin"], [2, "feature 3"], ["res", "residual"],
      ["value", "value"], ["advantage", "advantage"], ["spike", "value spike"], ["entropy", "policy entropy"],
    ])
    expect(measuresOf([], false, true).map(({ by }) => by)).toEqual(["entropy"])
    expect(measuresOf([], true, false).map(({ by }) => by)).toEqual(["value", "advantage", "spike"])
  })

  test("of what two models differ by: of their policies, the difference of entropies and what moves", () => {
    const logits = [[[0, 0], [0, 100]], [[0, 100], [0, 100]], [[0, -100], [0, 0]]]
    const data = { ...scene.props.trajectories, policy_logits: logits }
    const of = (by: "entropy" | "moved", trajectory: number, parts: [number, number] | null) =>
      measured(by, trajectory, data, undefined, parts).map((value) => Number(value.toFixed(6)))
    expect(of("moved", 2, [0, 1])).toEqual([0.5, 0])
    expect(of("entropy", 2, [0, 1])).toEqual([0.693147, 0])
    // Of a model alone nothing has moved.
    expect(of("moved", 0, null)).toEqual([])
    expect(measuresOf([], false, true, true).map(({ by }) => by)).toEqual(["entropy", "moved"])
    expect(readSearch(writeSearch({ by: "moved", order: "high", every: false }))).toEqual({ by: "moved", order: "high", every: false })
  })

  test("each at every frame", () => {
    const data = {
      ...scene.props.trajectories,
      values: [[1, 5, 1, 0, 2, 0]],
      dones: [[0, 0, 1, 0, 0, 0]],
      advantages: [[6, 5, 4, 3, 2, 1]],
      policy_logits: [[[0, 0], [100, 0], [], [0, 0], [0, 0], [0, 0]]],
    }
    expect(measured(2, 0, data, totals)).toEqual([10, 9, 8, 7, 6, 5])
    expect(measured("res", 0, data, totals)).toEqual(totals.residual)
    expect(measured(0, 0, data, undefined)).toEqual([])
    expect(measured("value", 0, data, undefined)).toEqual([1, 5, 1, 0, 2, 0])
    expect(measured("advantage", 0, data, undefined)).toEqual([6, 5, 4, 3, 2, 1])
    // The neighbour of another episode is none.
    expect(measured("spike", 0, data, undefined)).toEqual([0, 4, 0, 0, 2, 0])
    const undecided = measured("entropy", 0, data, undefined)
    expect(undecided[0]).toBeCloseTo(Math.log(2))
    expect(undecided[1]).toBeCloseTo(0)
    expect(undecided[2]).toBeNaN()
    expect(entropy([1, 0])).toBe(0)
  })
})

describe("the search", () => {
  const numbers = new Map([[0, [3, 9, -20, 5, 6, NaN]], [1, [9, 1, 0, 0, 0, -1]]])

  test("of each episode the best, over all trajectories; what is not known is left out, equals in order of time", () => {
    expect(places(searchFrames(scene.episodes, numbers, { order: "high", every: false }))).toEqual([
      [0, 1, 9], [1, 0, 9], [0, 4, 6], [1, 2, 0],
    ])
    expect(places(searchFrames(scene.episodes, numbers, { order: "low", every: false }))).toEqual([
      [0, 2, -20], [1, 5, -1], [1, 1, 1], [0, 3, 5],
    ])
    expect(places(searchFrames(scene.episodes, numbers, { order: "size", every: false }))[0]).toEqual([0, 2, -20])
  })

  test("or every frame; those of the episodes alone that are asked for", () => {
    expect(searchFrames(scene.episodes, numbers, { order: "high", every: true })).toHaveLength(11)
    const second = scene.episodes.filter(({ trajectory }) => trajectory === 1)
    expect(places(searchFrames(second, numbers, { order: "high", every: true })).slice(0, 3)).toEqual([
      [1, 0, 9], [1, 1, 1], [1, 2, 0],
    ])
    expect(searchFrames(scene.episodes, new Map(), { order: "high", every: true })).toEqual([])
  })

  test("4,096 frames of eight trajectories are in the order of the measure", () => {
    const all = Array.from({ length: 8 }, (_, i) => Array.from({ length: 512 }, (_, t) => Math.sin(i * 512 + t)))
    const dones = all.map((row) => row.map((_, t) => Number(t % 60 === 59)))
    const data = { ...scene.props.trajectories, values: all, dones, advantages: all, rewards: dones }
    const episodes = listEpisodes(data, [{ name: "", trajectories: [...all.keys()] }])
    const found = searchFrames(episodes, new Map(all.entries()), { order: "high", every: true })
    expect(found.map(({ value }) => value)).toEqual(all.flat().sort((a, b) => b - a))
  })
})

test("a search in an address comes back; what cannot be read is none", () => {
  for (const search of [
    { by: 2, order: "low", every: false },
    { by: "entropy", order: "high", every: true },
  ] as const) {
    expect(readSearch(writeSearch(search))).toEqual(search)
  }
  expect(writeSearch({ by: 2, order: "size", every: true })).toBe("3~size~every")
  for (const text of [null, "", "3", "0~high", "colour~high", "3~highest"]) expect(readSearch(text)).toBeNull()
})
