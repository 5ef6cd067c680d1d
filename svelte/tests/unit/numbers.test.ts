import { expect, test } from "vitest"
import { cellAt, gridIndex, nextStop, sliderStops } from "../../src/core/features"
import { formatFixed, formatNumber, formatPercent, formatSigned } from "../../src/core/format"
import { graphPath, valueRange } from "../../src/core/graph"

test("numbers have three figures, a minus sign, and a dash where there is none", () => {
  expect([0.123456, -2, 12345.6, 0, null, NaN].map((x) => formatNumber(x))).toEqual([
    "0.123", "−2", "12,300", "0", "–", "–",
  ])
  expect([0.5, -0.5, 0].map((x) => formatSigned(x))).toEqual(["+0.5", "−0.5", "0"])
  expect([formatFixed(0.5, 2, true), formatFixed(-0.001, 2, true), formatFixed(-1234.5, 1)]).toEqual(["+0.50", "0.00", "−1,234.5"])
  expect([0.714, -1.5, Infinity].map(formatPercent)).toEqual(["71 %", "−150 %", "–"])
})

test("graphs break between episodes and where a number is missing", () => {
  const range = { low: 0, high: 10 }
  expect(graphPath([0, 10, 5, NaN, 5], [0, 1, 0, 0, 0], range)).toBe("M0.5 100.00L1.5 0.00M2.5 50.00M4.5 50.00")
  expect(valueRange([3, 3])).toEqual({ low: 2, high: 4 })
  expect(valueRange([0, NaN, 10])).toEqual({ low: -0.5, high: 10.5 })
})

test("features: sliders, nearest image, patch under a point", () => {
  const metadata = { subdiv_mult: [0.5, 0.5, 1, 1], expand_mult: [2, 4, 2, 4] }
  const feature = { layer: "2b", number: 0, images: ["a", "b", "c", "d"], overlay_grids: [], metadata }
  expect(sliderStops(feature)).toEqual({ subdiv: [0.5, 1], expand: [2, 4] })
  expect(gridIndex(feature, 1, 4)).toBe(3)
  expect(gridIndex(feature, 0.25, 8)).toBe(1)
  expect([nextStop([2, 4], 4, 1), nextStop([2, 4], 4, -1)]).toEqual([4, 2])
  expect(cellAt(0.99, 0.5, { rows: 4, columns: 8 })).toEqual({ row: 2, column: 7 })
  expect(cellAt(1, -0.1, { rows: 4, columns: 8 })).toEqual({ row: 0, column: 7 })
})
