import { expect, test } from "vitest"
import { readHash, writeHash, type Choices } from "../../src/core/hash"

const choices: Choices = {
  layer: "conv/2b relu",
  model: 1,
  number: 1,
  frame: 30,
  rows: [
    { output: "v", layer: null, channel: null, model: null },
    { output: "g1-4-7", layer: "3a", channel: 2, model: 0 },
    { output: "a3", layer: null, channel: "res", model: null },
  ],
  overlay: true,
  combine: false,
  residual: true,
  compare: false,
  ownScale: true,
  lanes: true,
  pin: { layer: "2b", channel: 3 },
  point: { x: 0.25, y: 0.7 },
  find: { by: 1, order: "low", every: false },
  feature: { layer: "2b", number: 2 },
  subdiv: 0.5,
  expand: 4,
  story: 2,
  speed: 12,
  span: 64,
}

test("choices survive the URL, where everything counts from 1", () => {
  const hash = writeHash(choices)
  expect(hash).toContain("model=2&trajectory=2&frame=31")
  expect(hash).toContain("feature=3~2b")
  expect(hash).toContain("find=2~low")
  expect(hash).toContain("place=250~700")
  expect(hash).toContain("pin=4~2b")
  expect(readHash(writeHash({ ...choices, pin: { layer: "3a", channel: "res" } })).pin).toEqual({ layer: "3a", channel: "res" })
  expect(readHash(hash)).toEqual(choices)
  expect(writeHash({ ...choices, model: 0 })).not.toContain("model=")
})

test("what is not there or makes no sense is left out", () => {
  expect(readHash("")).toEqual({})
  expect(readHash("#trajectory=2&frame=x&speed=-3&zoom=Infinity&feature=0~1a&pin=0~2b&place=1001~3&find=0~high")).toEqual({ number: 1 })
})
