import { expect, test } from "vitest"
import { attributionScreen, observationScreen } from "../../src/core/figure"
import { framesOf, isOfSameFrames, partsOf } from "../../src/core/models"
import { rowFigure } from "../../src/core/figure"
import { shownRow } from "../../src/core/rows"
import { makeScene } from "./scene"

const models = [
  { name: "a", trajectories: [0, 1] },
  { name: "b", trajectories: [2, 3], looks: true },
  { name: "b − a", trajectories: [4, 5], looks: true, minus: [1, 0] as [number, number] },
]

test("models that look at the same frames have those of the first; a difference is of two trajectories", () => {
  expect([0, 3, 5].map((i) => framesOf({ frames_of: [0, 1, 0, 1, 0, 1] }, i))).toEqual([0, 1, 1])
  expect(framesOf({}, 3)).toBe(3)
  expect([0, 3, 5].map((i) => partsOf(models, i))).toEqual([null, null, [3, 1]])
  expect([isOfSameFrames(models), isOfSameFrames(models.slice(0, 2))]).toEqual([true, false])
})

test("what a difference shows is said: more or less than in the other, of the same frame", () => {
  const scene = makeScene({}, { frames_of: [0, 0] })
  scene.models[1] = { ...scene.models[1], looks: true, minus: [1, 0] }
  const row = { ...shownRow({ ...scene, trajectory: 1 }, scene.rows[0]), model: 1 }
  const place = { trajectory: 1, frame: 2 }
  expect(observationScreen(scene, place).images[0].file).toBe("0.png")
  expect((["pos", "neg", "abs"] as const).map((sign) => attributionScreen(scene, row, place, sign).note)).toEqual([
    `more than in ${scene.models[0].name}`, `less than in ${scene.models[0].name}`, "both signs together",
  ])
  const totals = { channels: Array(6).fill([1, 0, 0]), residual: Array(6).fill(0), largest: 1 }
  expect(rowFigure(scene, { ...row, place }, totals).trust?.steps.map(({ word }) => word)).toContain("features")
})
