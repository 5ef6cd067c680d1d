import { describe, expect, test } from "vitest"
import type { RowChoices } from "../../src/core/hash"
import * as rows from "../../src/core/rows"
import { makeScene } from "./scene"

const row = (change: Partial<RowChoices> = {}): RowChoices => ({ output: "v", layer: null, channel: null, model: null, ...change })
const outputs = makeScene().catalogue.outputs("2b", 0)

describe("adding and taking away", () => {
  test("a new row shows an output that no other shows; when all are there, only comparing has use for more", () => {
    const one = { rows: [row()], compare: false }
    expect(rows.addRow(one, outputs)).toEqual([row(), row({ output: "a1" })])
    const both = [row(), row({ output: "a1" })]
    expect(rows.nextOutput({ rows: both, compare: false }, outputs)).toBeNull()
    expect(rows.addRow({ rows: both, compare: false }, outputs)).toEqual(both)
    expect(rows.addRow({ rows: both, compare: true }, outputs)).toEqual([...both, row()])
    expect(rows.removeRow(both, 0)).toEqual([both[1]])
  })
})

describe("comparing", () => {
  test("begins with two rows, and ends without rows that would be the same", () => {
    const begun = rows.toggleCompare({ rows: [row()], compare: false })
    expect(begun).toEqual({ rows: [row(), row()], compare: true })
    expect(rows.toggleCompare(begun)).toEqual({ rows: [row()], compare: false })
    const three = [row({ layer: "1a" }), row({ output: "a1", channel: 2 }), row({ channel: "res" })]
    expect(rows.toggleCompare({ rows: three, compare: true })).toEqual({ rows: three.slice(0, 2), compare: false })
    expect(rows.toggleCompare({ rows: three, compare: false }).rows).toEqual(three)
  })

  test("models side by side: a row each, and back to one", () => {
    const begun = rows.toggleSideBySide({ rows: [row({ channel: 1 })], compare: false }, 2)
    expect(begun).toEqual({ rows: [row({ channel: 1, model: 0 }), row({ channel: 1, model: 1 })], compare: true })
    expect(rows.isSideBySide(begun, 2)).toBe(true)
    expect(rows.isSideBySide({ ...begun, compare: false }, 2)).toBe(false)
    expect(rows.isSideBySide({ ...begun, rows: rows.removeRow(begun.rows, 0) }, 2)).toBe(false)
    expect(rows.toggleSideBySide(begun, 2)).toEqual({ rows: [row({ channel: 1 })], compare: false })
  })
})

test("an output's row comes and goes; models side by side all show it", () => {
  const [first, other] = [row(), row({ output: "a1" })]
  expect(rows.toggleOutput({ rows: [first], compare: false }, "a1", 2, outputs)).toEqual([first, other])
  expect(rows.toggleOutput({ rows: [first, other], compare: false }, "a1", 2, outputs)).toEqual([first])
  expect(rows.toggleOutput({ rows: [other], compare: false }, "a1", 2, outputs)).toEqual([first])
  const both = (output: string) => [row({ output, model: 0 }), row({ output, model: 1 })]
  expect(rows.toggleOutput({ rows: both("v"), compare: true }, "a1", 2, outputs)).toEqual(both("a1"))
  expect(rows.toggleOutput({ rows: both("a1"), compare: true }, "a1", 2, outputs)).toEqual(both("v"))
})

test("rows of outputs that are not there go; one row stays", () => {
  const given = [row({ layer: "1a", channel: 2 }), row({ output: "zz" }), row({ layer: "1a" })]
  expect(rows.fitRows({ rows: given, compare: true }, outputs)).toEqual([given[0], given[2]])
  expect(rows.fitRows({ rows: given, compare: false }, outputs)).toEqual([given[0]])
  expect(rows.fitRows({ rows: [row({ output: "zz" })], compare: true }, outputs)).toEqual([row()])
  expect(rows.fitRows({ rows: [row()], compare: true }, [])).toEqual([])
})

test("one row changes, the others stay", () => {
  const before = [row(), row({ channel: 1 })]
  expect(rows.changeRow(before, 1, { output: "a1" })).toEqual([row(), row({ output: "a1", channel: 1 })])
  expect(before[1].output).toBe("v")
})

describe("what a row shows", () => {
  const own = row({ output: "a1", layer: "1a", channel: 1, model: 1 })

  test("its own choices count when rows are compared", () => {
    const shown = rows.shownRow(makeScene({ rows: [own], compare: true, frame: 3 }), own)
    expect(shown).toMatchObject({ layer: "1a", model: 1, channel: 1, own: 1, place: { trajectory: 1, frame: 2 } })
    expect(shown.output).toEqual({ key: "a1", type: "action", data: 1 })
    const alone = rows.shownRow(makeScene({ rows: [own], frame: 3 }), own)
    expect(alone).toMatchObject({ layer: "2b", model: 0, channel: "prin", own: null, place: { trajectory: 0, frame: 3 } })
  })

  test("the legend goes before the row's channel, that before the residual's switch", () => {
    const channel = (change: Parameters<typeof makeScene>[0]) => rows.shownRow(makeScene(change), own).channel
    expect(channel({ compare: true, hover: { layer: "1a", channel: 0 } })).toBe(0)
    expect(channel({ compare: true, hover: { layer: "2b", channel: 0 }, residual: true })).toBe(1)
    expect(channel({ residual: true })).toBe("all")
  })

  test("choices that the data does not have are as good as none, and come back where it has them", () => {
    const shown = (choices: Partial<RowChoices>, scene = {}) => rows.shownRow(makeScene({ compare: true, ...scene }), row(choices))
    expect(shown({ layer: "9z", channel: 76, model: 9 })).toMatchObject({ layer: "2b", channel: "prin", own: null, model: 1 })
    expect(shown({ channel: 1 }, { layer: "input" })).toMatchObject({ channel: "prin", own: null })
    expect(shown({ layer: "input", channel: "res" })).toMatchObject({ layer: "input", channel: "prin", own: null })
    expect(shown({ channel: 1 }, { layer: "1a" })).toMatchObject({ channel: 1, own: 1 })
  })

  test("what is pinned stays isolated, behind what is pointed at and what a row chose", () => {
    const pin = { layer: "2b", channel: 2 }
    const channel = (scene: object, choices: Partial<RowChoices> = {}) => rows.shownRow(makeScene({ pin, ...scene }), row(choices)).channel
    expect([channel({}), channel({ residual: true }), channel({ layer: "1a" })]).toEqual([2, 2, "prin"])
    expect(channel({ pin: { layer: "2b", channel: 9 } })).toBe("prin")
    expect(channel({ hover: { layer: "2b", channel: 0 } })).toBe(0)
    expect(channel({ compare: true }, { channel: 1 })).toBe(1)
  })

  test("a model that did not come to the level shows nothing", () => {
    expect(rows.shownRow(makeScene({ compare: true, frame: 5 }), own).place).toBeNull()
  })
})

test("rows that differ by nothing but their model are abreast", () => {
  const both = [row({ model: 0 }), row({ model: 1 })]
  expect(rows.isAbreast({ rows: both, compare: true }, 2)).toBe(true)
  for (const own of [{ layer: "1a" }, { channel: 1 }, { output: "a1" }] as const) {
    expect(rows.isAbreast({ rows: [both[0], { ...both[1], ...own }], compare: true }, 2)).toBe(false)
  }
  expect(rows.isAbreast({ rows: both, compare: false }, 2)).toBe(false)
})
