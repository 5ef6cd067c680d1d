import { expect, test } from "vitest"
import { makeCatalogue } from "../../src/core/catalogue"
import { toCsv, trajectoryTable } from "../../src/core/csv"
import { listEpisodes } from "../../src/core/episodes"
import { JsonFiles } from "../../src/core/json"
import { listModels } from "../../src/core/models"
import { completeProps } from "../../src/core/completing"
import type { Props } from "../../src/core/props"
import { loadTotals } from "../../src/core/totals"
import { factorOf, inUnits, unitOf, withUnit } from "../../src/core/units"

const metadata = { type: ["v", "action"] as ("v" | "action")[], data: [null, 1] }
const raw = completeProps({
  layers: ["2b"],
  value_scale: 10,
  trajectories: { values: [[8.7, 9.5], [null, null]], advantages: [[-1, 0.5], [null, null]] } as unknown as Props["trajectories"],
  integration_gaps: [{ layer: "2b", trajectory: 0, metadata, baselines: [5, 5], gaps: [[1, 2], [1, 2]] }],
  attribution_totals: [{ layer: "2b", trajectory: 0, channels: ["v.json", "a.json"], residuals: ["vr.json", "ar.json"], metadata }],
  json_preloaded: {
    "attribution_totals/v.json": [[1, -2]], "attribution_totals/vr.json": [3],
    "attribution_totals/a.json": [[1, -2]], "attribution_totals/ar.json": [3],
  },
})

test("values are per cent of a success, outputs of the policy are not", async () => {
  const props = inUnits(raw)
  expect(props.trajectories.values[0].map(Math.round)).toEqual([87, 95])
  expect(props.trajectories.advantages).toEqual([[-10, 5], [null, null]])
  expect(props.trajectories.values[1]).toEqual([null, null])
  expect(props.integration_gaps![0]).toMatchObject({ baselines: [50, 5], gaps: [[10, 20], [1, 2]] })
  const catalogue = makeCatalogue(props)
  const files = new JsonFiles(props.json_preloaded)
  const totals = (output: string) => loadTotals(files, catalogue.totals("2b", 0, output)!)
  expect(await totals("v")).toEqual({ channels: [[10, -20]], residual: [30], largest: 30 })
  expect(await totals("a1")).toEqual({ channels: [[1, -2]], residual: [3], largest: 3 })
  const table = trajectoryTable(0, props, listEpisodes(props.trajectories, listModels(props)), [])
  expect(toCsv(table)).toContain("value (% of a success),advantage (% of a success)")
})

test("without a scale nothing is changed", () => {
  for (const value_scale of [null, undefined]) {
    const props = { ...raw, value_scale }
    expect(inUnits(props)).toBe(props)
    expect([factorOf("v", props), unitOf("v", props)]).toEqual([1, ""])
  }
  expect([factorOf("action", raw), unitOf("action", raw), unitOf("v", raw)]).toEqual([1, "", " %"])
})

test("only numbers have a unit", () => {
  expect(["+8.7", "–", "unknown"].map((text) => withUnit(text, " %"))).toEqual(["+8.7 %", "–", "unknown"])
})
