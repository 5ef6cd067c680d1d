import { expect, test } from "vitest"
import { toCsv, trajectoryTable } from "../../src/core/csv"
import { listEpisodes } from "../../src/core/episodes"
import { runIdentity } from "../../src/core/identity"
import { countNames, mergeLabels, mergeNotes, readLabels, readNotes, replaceLabels } from "../../src/core/labels"
import { listModels } from "../../src/core/models"
import { completeProps } from "../../src/core/completing"
import { columnsOf, selectEpisodes } from "../../src/sections/episodes/columns"

const props = completeProps({
  layers: ["2b"],
  action_combos: [[], ["RIGHT"]],
  trajectories: {
    values: [[0.5, 0.25, 1], [2]],
    actions: [[0, 1, 1], [0]],
    rewards: [[0, 1, 0], [0]],
    dones: [[0, 1, 0], [0]],
    advantages: [[0, 0.5, 0], [0]],
    policy_logits: [[[1, 2], [3, 4], [5, 6]], [[0, 0]]],
  },
})
const models = listModels(props)
const episodes = listEpisodes(props.trajectories, models)

test("CSV: a line per frame, cells quoted where they must be", () => {
  expect(toCsv([["a,b", 'say "x"', null, 1.5]])).toBe('"a,b","say ""x""",,1.5\n')
  const totals = { channels: [[1], [2], [3]], residual: [7, 8, 9], largest: 9 }
  const extra = [{ layer: "2b", output: { key: "v", type: "v" as const, data: null }, totals, names: ["coin"] }]
  const lines = trajectoryTable(0, props, episodes, extra)
  expect(lines[0].slice(-3)).toEqual(["logit right", "2b value function: coin", "2b value function: residual"])
  expect(lines[3]).toEqual([1, 3, 2, 1, "right", 0, 0, 1, 0, 5, 6, 3, 9])
})

test("names: read, merged, refused", () => {
  const labels = readLabels({ "2b": { 0: "coin" } })
  expect(mergeLabels(labels, { "2b": { 0: "", 1: "saw" }, "3a": { 2: "step" } })).toEqual({ "2b": { 1: "saw" }, "3a": { 2: "step" } })
  for (const wrong of [null, [], { "2b": ["coin"] }, { "2b": { x: "coin" } }, { "2b": { 0: 1 } }]) {
    expect(() => readLabels(wrong)).toThrow("names are of the form")
  }
})

test("names in place of all hide those that the data gives", () => {
  const given = { "2b": { 0: "saw", 1: "step" } }
  const own = replaceLabels(given, { "2b": { 1: "stairs" }, "3a": { 2: "coin" } })
  expect(own).toEqual({ "2b": { 0: "", 1: "stairs" }, "3a": { 2: "coin" } })
  expect(mergeLabels(given, own)).toEqual({ "2b": { 1: "stairs" }, "3a": { 2: "coin" } })
  expect(countNames(mergeLabels(given, own))).toBe(2)
})

test("notes that are merged are there once", () => {
  const note = { trajectory: 0, frame: 2, text: "It jumps." }
  const other = { ...note, text: "It lands." }
  expect(mergeNotes([note], [other, { ...note, layer: undefined }])).toEqual([note, other])
})

test("the identity of a run is what the data says; else that of what was played and of the files", () => {
  expect(runIdentity({ ...props, run_id: "abc" })).toBe("abc")
  const identity = runIdentity(props)
  expect(identity).toMatch(/^[0-9a-f]{16}$/)
  expect(runIdentity(completeProps({ ...props, formatting: undefined, annotations: [] }))).toBe(identity)
  const played = { ...props.trajectories, actions: [[0, 1, 0], [0]] }
  expect(runIdentity({ ...props, trajectories: played })).not.toBe(identity)
})

test("notes: read, refused with the number of the first wrong one", () => {
  const note = { trajectory: 0, frame: 2, layer: "2b", text: "It jumps." }
  expect(readNotes([note], [3, 1])).toEqual([note])
  expect(() => readNotes({}, [3])).toThrow("notes are a list")
  expect(() => readNotes([note, { ...note, frame: 3 }], [3])).toThrow("note 2 needs")
  expect(() => readNotes([{ ...note, trajectory: 0.5 }], [3])).toThrow("note 1 needs")
})

test("episodes: filtered and sorted", () => {
  const [byTrajectory, , byLength] = columnsOf(episodes, models)
  const all = { outcome: "" as const, model: null, number: null }
  expect(selectEpisodes(episodes, all, { column: byLength, rising: false }).map((e) => e.length)).toEqual([2, 1, 1])
  expect(selectEpisodes(episodes, all, { column: byTrajectory, rising: false })[0].trajectory).toBe(1)
  expect(selectEpisodes(episodes, { outcome: "solved", model: null, number: null }, { column: byTrajectory, rising: true })).toHaveLength(1)
  expect(selectEpisodes(episodes, { outcome: "", model: null, number: 1 }, { column: byTrajectory, rising: true })).toHaveLength(1)
})
