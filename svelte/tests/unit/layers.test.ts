import { expect, test } from "vitest"
import { openingLayer } from "../../src/core/props"

test.each([
  [["1a", "2a", "2b", "3a", "4a"], "2b"],
  [["input", "1a", "2a", "2b", "3a", "4a"], "2b"],
  [["input", "1a", "2b"], "1a"],
  [["2b"], "2b"],
  [["input"], "input"],
  [[], ""],
])("of %j a page opens on %j", (layers, opening) => {
  expect(openingLayer({ layers, input_layer: "input" })).toBe(opening)
})
