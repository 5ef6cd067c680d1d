import { expect, test } from "vitest"
import { everyTotals, everythingJson, everythingTable, type Summed } from "../../src/core/everything"
import type { Totals } from "../../src/core/totals"
import { makeScene } from "./scene"

const { props, catalogue, episodes, names } = makeScene()

const summed = everyTotals(props, catalogue).map(({ layer, output, totals }): Summed<Totals> => ({
  layer,
  output,
  // The second model has no value function.
  totals: totals.map((_, i) =>
    output.type === "v" && i === 1
      ? null
      : { channels: Array.from({ length: 6 }, (_, t) => [t, 10 * i + t, 0.5]), residual: [0, 1, 2, 3, 4, 5], largest: 15 },
  ),
}))

test("totals of every layer and output that has them, by trajectory", () => {
  expect(everyTotals(props, catalogue).map(({ layer, output, totals }) => [layer, output.key, totals.map((one) => one?.channels)])).toEqual([
    ["1a", "v", ["attribution_totals/1a_0_v_channels.json", "attribution_totals/1a_1_v_channels.json"]],
    ["1a", "a1", ["attribution_totals/1a_0_action_channels.json", "attribution_totals/1a_1_action_channels.json"]],
    ["2b", "v", ["attribution_totals/2b_0_v_channels.json", "attribution_totals/2b_1_v_channels.json"]],
    ["2b", "a1", ["attribution_totals/2b_0_action_channels.json", "attribution_totals/2b_1_action_channels.json"]],
  ])
})

test("the table: one heading, a line for each frame of each trajectory, blank where there is nothing", () => {
  const table = everythingTable(props, episodes, names, summed)
  expect(table).toHaveLength(1 + 2 * 6)
  expect(new Set(table.map((line) => line.length))).toEqual(new Set([table[0].length]))
  const column = (name: string) => table.map((line) => line[table[0].indexOf(name)])
  expect(column("model").slice(1)).toEqual([...Array(6).fill("original"), ...Array(6).fill("edited")])
  expect(column("2b value function: coin").slice(1)).toEqual([0, 1, 2, 3, 4, 5, ...Array(6).fill(undefined)])
  expect(column("2b logit of →: coin").slice(7)).toEqual([10, 11, 12, 13, 14, 15])
  expect(column("1a logit of →: residual").slice(7)).toEqual([0, 1, 2, 3, 4, 5])
})

test("the JSON has the same numbers, the episodes, and what was written", () => {
  const json = JSON.parse(JSON.stringify(everythingJson(props, episodes, summed, { feature_labels: names })))
  expect(json.attribution_totals).toHaveLength(2 * 2 * 2 - 2)
  expect(json.attribution_totals[0]).toMatchObject({ layer: "1a", type: "v", trajectory: 0, residual: [0, 1, 2, 3, 4, 5] })
  expect(json.units).toEqual({ value: "reward", other: "logit" })
  expect(json.trajectories.values).toEqual(props.trajectories.values)
  expect(json.episodes[0]).toMatchObject({ trajectory: 0, start: 0, end: 2 })
  expect(json.feature_labels).toEqual({ "2b": { 1: "coin" } })
})
