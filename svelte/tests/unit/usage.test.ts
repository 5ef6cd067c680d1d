import { expect, test } from "vitest"
import { usageOf } from "../../src/core/usage"

test("a feature's share of all totals, and what it adds and takes", () => {
  const all = [
    { channels: [[1, -3], [-3, 1]], residual: [0, 2], largest: 3 },
    { channels: [[2, 0], [0, 0]], residual: [-4, 0], largest: 4 },
  ]
  expect(usageOf(all, 0)).toEqual({ frames: 4, share: 6 / 16, adds: 3 / 4, takes: -3 / 4 })
  expect(usageOf(all, 1)).toEqual({ frames: 4, share: 4 / 16, adds: 1 / 4, takes: -3 / 4 })
  expect(usageOf([{ channels: [[0]], residual: [0], largest: 0 }], 0).share).toBeNull()
  expect(usageOf([], 0)).toEqual({ frames: 0, share: null, adds: 0, takes: 0 })
})
