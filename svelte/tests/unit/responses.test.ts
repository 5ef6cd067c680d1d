import { expect, test } from "vitest"
import { responseRows } from "../../src/core/responses"

const RESPONSES = {
  kinds: ["agent", "coin", "wall"],
  objects: [40, 20, 900],
  observations: 40,
  episodes: 7,
  features: {
    ratio: [
      [0.5, 112.34, null],
      [1, 2, 3],
    ],
    low: [
      [0.4, 100.2, null],
      [1, null, 3],
    ],
    high: [
      [0.61, 123.4, null],
      [1, null, 3],
    ],
  },
  names: { "0": "coin" },
}

test("kinds of object are listed from the one that excites a feature most, with intervals where they are known", () => {
  expect(responseRows(RESPONSES, 0)).toEqual([
    { kind: "coin", ratio: "112", interval: "100 to 123" },
    { kind: "agent", ratio: "0.5", interval: "0.4 to 0.61" },
  ])
  expect(responseRows(RESPONSES, 1).map((row) => [row.kind, row.interval])).toEqual([
    ["wall", "3 to 3"],
    ["coin", ""],
    ["agent", "1 to 1"],
  ])
  expect(responseRows(RESPONSES, 2)).toEqual([])
})
