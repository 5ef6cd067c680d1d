import { expect, test } from "vitest"
import { locateFrame, sheetFile, sheetOf } from "../../src/core/frames"
import { followFrame } from "../../src/core/window"

const sheet = { width: 8, height: 6, columns: 5, rows: 3 }
const size = { width: 40, height: 18 }

test("frames fill a sheet row by row, then the next sheet", () => {
  expect(locateFrame("0.png", 0, 40, sheet, size)).toEqual({ file: "0.png", x: 0, y: 0, width: 8, height: 6 })
  expect(locateFrame("0.png", 14, 40, sheet, size)).toEqual({ file: "0.png", x: 32, y: 12, width: 8, height: 6 })
  expect(locateFrame("0.png", 36, 40, sheet, size)).toEqual({ file: "0-2.png", x: 8, y: 6, width: 8, height: 6 })
  expect([14, 15, 29, 30].map((t) => sheetOf(t, sheet))).toEqual([0, 1, 1, 2])
  expect(sheetFile("2b_0_v_pos_prin.png", 1)).toBe("2b_0_v_pos_prin-1.png")
})

test("without a layout all frames are in one row", () => {
  const place = locateFrame("0.png", 95, 96, undefined, { width: 6144, height: 64 })
  expect(place).toEqual({ file: "0.png", x: 6080, y: 0, width: 64, height: 64 })
})

test("the window moves only as far as needed, and centres on a jump", () => {
  expect(followFrame(0, 10, 20, 40)).toBe(0)
  expect(followFrame(0, 19, 20, 40)).toBe(2)
  expect(followFrame(10, 10, 20, 40)).toBe(8)
  expect(followFrame(0, 35, 20, 60)).toBe(25)
  expect(followFrame(5, 39, 20, 40)).toBe(20)
  expect(followFrame(5, 3, 20, 10)).toBe(0)
})
