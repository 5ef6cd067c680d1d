import zlib from "node:zlib"
import { expect, test } from "vitest"
import { legendOf } from "../../src/core/legend"
import { breakdown, pointOf, readPoint, writePoint } from "../../src/core/pointing"
import { unpack, valuesAt } from "../../src/core/values"
import { makeScene } from "./scene"

test("values by position come back from their file", async () => {
  // Two frames, three channels, two rows of two positions.
  const levels = Int8Array.from([...Array(24).keys()].map((i) => i - 12))
  const packed = { shape: [2, 3, 2, 2] as [number, number, number, number], steps: [0.5, 2], levels: zlib.deflateSync(levels).toString("base64") }
  const values = await unpack(packed)
  expect(valuesAt(values, 0, 0, 1)).toEqual([-11, -7, -3].map((level) => level * 0.5))
  expect(valuesAt(values, 1, 1, 0)).toEqual([2, 6, 10].map((level) => level * 2))
})

test("what adds something at a place, the largest first, in the output's unit, and how exact that is", () => {
  const { entries } = legendOf(makeScene(), "2b")
  const found = breakdown(entries, { row: 4, column: 0 }, [0.1, -0.25, 0, 0.004], 0.002, 10, " %")
  expect(found.parts.map(({ entry, text }) => [entry.title, text])).toEqual([
    ["Feature 2: coin", "−2.5 %"], ["Feature 1", "+1 %"], ["Residual", "+0.04 %"],
  ])
  expect(found).toMatchObject({ title: "row 5, column 1", sum: "−1.5 %", accuracy: "each ±0.01 %" })
  expect(breakdown(entries, { row: 0, column: 0 }, [0, 0, 0, 0], 0, 1, "").parts).toEqual([])
})

test("a place in an address comes back, at any layer's resolution; others are none", () => {
  for (const side of [8, 16, 32, 64]) {
    const { x, y } = pointOf({ row: side - 1, column: 2 }, side, side)
    const read = readPoint(writePoint({ x, y }))!
    expect([Math.floor(read.x * side), Math.floor(read.y * side)]).toEqual([2, side - 1])
  }
  for (const text of [null, "", "5", "1001~0", "-1~5", "a~b"]) expect(readPoint(text)).toBeNull()
})
