import { expect, test } from "vitest"
import { openingLayer } from "../../src/core/opening"

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

test.each([
  [{ "1a": 8, "2b": 0, "3a": 5 }, "1a"],
  [{ "1a": 0, "2b": 0, "3a": 5 }, "3a"],
  [{ "1a": 0, "2b": 0, "3a": 0 }, "2b"],
])("with features %j a page opens on %j", (feature_counts, opening) => {
  expect(openingLayer({ layers: ["input", "1a", "2b", "3a"], input_layer: "input", feature_counts })).toBe(opening)
})
