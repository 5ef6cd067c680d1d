import { expect, test } from "vitest"
import { comboName, movedOf, policyChange, softmax } from "../../src/core/actions"
import { makeCatalogue } from "../../src/core/catalogue"
import { graphColor, readableOn } from "../../src/core/colors"
import { featuresOf, outputKey, outputName, outputNameAt, outputValues } from "../../src/core/outputs"
import { completeProps } from "../../src/core/completing"
import type { Props } from "../../src/core/props"

const combos = [["LEFT", "DOWN"], ["LEFT"], [], ["RIGHT"], ["RIGHT", "UP"], ["RIGHT", "DOWN"], ["D"]]

test("actions have short names", () => {
  expect(combos.map(comboName)).toEqual(["↙", "←", "none", "→", "↗", "↘", "D"])
  expect(comboName(["LEFT", "RIGHT", "A"])).toBe("LEFT RIGHT A")
})

test("outputs have names: groups that of the key they share", () => {
  expect(outputName({ key: "v", type: "v", data: null }, combos)).toBe("value function")
  expect(outputName({ key: "a4", type: "action", data: 4 }, combos)).toBe("logit of ↗")
  expect(outputName({ key: "", type: "action_group", data: [3, 4, 5] }, combos)).toBe("logits of any →")
  expect(outputName({ key: "", type: "action_group", data: [0, 5] }, combos)).toBe("logits of any ↓")
  expect(outputName({ key: "", type: "action_group", data: [2, 6] }, combos)).toBe("logits of any of none D")
})

test("what features are directions of is said in words", () => {
  const said = [undefined, { type: "action", data: 4 } as const, { type: "activations", data: null } as const].map(
    (nmf_output) => featuresOf({ nmf_output, action_combos: combos }),
  )
  expect(said).toEqual(["attribution of the value function", "attribution of the logit of ↗", "the layer's activations"])
})

test("a group's value is the sum of its logits", () => {
  const props = completeProps({ layers: [], trajectories: { values: [[7]], policy_logits: [[[1, 2, 4]]] } as any })
  expect(outputValues({ key: "v", type: "v", data: null }, 0, props)).toEqual([7])
  expect(outputValues({ key: "g", type: "action_group", data: [0, 2] }, 0, props)).toEqual([5])
})

test("the action taken is another one at each frame", () => {
  const trajectories = { values: [[7, 7]], policy_logits: [[[1, 2, 4], [8, 16, 32]]], actions: [[2, 1]] }
  const props = completeProps({ layers: [], trajectories: trajectories as any, action_combos: [[], ["A"], ["RIGHT"]] })
  const taken = { key: "taken", type: "action_taken", data: null } as const
  expect(outputKey("action_taken", null)).toBe("taken")
  expect(outputValues(taken, 0, props)).toEqual([4, 16])
  expect([0, 1].map((frame) => outputNameAt(taken, { trajectory: 0, frame }, props))).toEqual([
    "logit of the action taken, →", "logit of the action taken, A",
  ])
})

test("what one policy does more than another", () => {
  const change = policyChange([0, Math.log(3)], [0, 0])
  expect(change.map((part) => part.toFixed(6))).toEqual(["-0.250000", "0.250000"])
  expect(movedOf(change)).toBeCloseTo(0.25)
})

test("softmax is stable, and text is readable on its colour", () => {
  expect(softmax([1000, 1000])).toEqual([0.5, 0.5])
  expect([readableOn("#303030"), readableOn("#e1e1e1"), readableOn("#ffe400")]).toEqual(["#fff", "#000", "#000"])
  expect([graphColor("green"), graphColor("#123456")]).toEqual(["var(--graph-green, green)", "#123456"])
})

test("the catalogue finds images by what they show", () => {
  const raw: Partial<Props> = {
    layers: ["2b"],
    trajectories: { values: [[0]] } as any,
    attributions: [
      {
        layer: "2b",
        trajectory: 0,
        images: ["a.png", "b.png", "c.png"],
        metadata: {
          type: ["v", "action_group", "v"],
          data: [null, [1, 2], null],
          direction: ["pos", "neg", "abs"],
          channel: ["prin", 1, "res"],
        },
      },
    ],
  }
  const catalogue = makeCatalogue(completeProps(raw))
  expect(catalogue.outputs("2b", 0).map(({ key }) => key)).toEqual(["v", "g1-2"])
  expect(catalogue.image("2b", 0, "v", "pos", "prin")).toBe("a.png")
  expect(catalogue.image("2b", 0, "g1-2", "neg", 1)).toBe("b.png")
  expect(catalogue.image("2b", 0, "v", "neg", "prin")).toBeNull()
  expect([catalogue.directions("2b"), catalogue.isWhole("2b")]).toEqual([2, false])
  const told = (count: number) => makeCatalogue(completeProps({ ...raw, feature_counts: { "2b": count } }))
  expect([told(5).directions("2b"), told(5).isWhole("2b")]).toEqual([5, false])
  expect([told(0).directions("2b"), told(0).isWhole("2b"), told(0).isWhole("input")]).toEqual([0, true, false])
})
