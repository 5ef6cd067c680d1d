import { expect, test } from "vitest"
import { levelsOf, provenanceLine, provenanceParts, type Provenance } from "../../src/core/provenance"

const SHA = "e083e998d7acaaf9ec3ddd110dda457ad11db29df12257ea926d7b643be3f7fc"
const PROVENANCE: Provenance = {
  command: "rl-clarity run coinrun.jd OUTPUT_DIR",
  checkpoints: [{ name: "coinrun.jd", sha256: SHA }, { name: "openai:procgen/maze", sha256: null }],
  options: { layer_kwargs: { name_contains_one_of: "2b" }, feature_colors: "hues" },
  played: { trajectories_kwargs: { seed: 3 } },
  date: "2026-11-28",
  versions: { "understanding-rl-vision": "0.1.0", python: "3.11.7" },
  skipped: [],
}
const PROPS = {
  provenance: PROVENANCE,
  run_id: "0123456789abcdef",
  models: [{ name: "original", trajectories: [0] }, { name: "edited", trajectories: [1] }],
  env_options: { env_name: "coinrun", num_levels: 0 },
}

test("the parts of the panel: whose checkpoints, options and how was played, in words", () => {
  const parts = Object.fromEntries(provenanceParts(PROPS).map(({ title, entries }) => [title, entries]))
  expect(parts["Checkpoints"]).toEqual([
    ["original: coinrun.jd", `SHA-256 ${SHA}`],
    ["edited: openai:procgen/maze", "not read: the files of an earlier run were"],
  ])
  expect(parts["Made with"]).toEqual([
    ["date", "2026-11-28 (UTC)"], ["run", "0123456789abcdef"], ["understanding-rl-vision", "0.1.0"], ["python", "3.11.7"],
  ])
  expect(parts["Options that differ from their defaults"]).toEqual([
    ["layer_kwargs", '{"name_contains_one_of":"2b"}'], ["feature_colors", "hues"],
  ])
  expect(parts["How was played"]).toEqual([
    ["trajectories_kwargs", '{"seed":3}'], ["levels", "drawn by the seed from all that the game has"],
  ])
  expect(parts["What was played"]).toEqual([["env_name", "coinrun"], ["num_levels", "0"]])
})

test("data that does not tell has no parts and no line", () => {
  expect(provenanceParts({})).toEqual([])
  expect(provenanceLine({})).toBeNull()
  expect(provenanceLine({ run_id: "made-up" })).toBe("run made-up")
})

test("levels: those of whole episodes, else what they were drawn from", () => {
  const episodes = [{ level: 12 }, { level: 3 }, { level: 12 }]
  expect(levelsOf({ episodes, env_options: { num_levels: 0 } })).toBe("3, 12")
  expect(levelsOf({ episodes: [{ level: null }], env_options: { num_levels: 200, start_level: 10 } })).toBe(
    "drawn by the seed from 10 to 209",
  )
  expect(levelsOf({ env_options: { env_kind: "atari" } })).toBeNull()
})

test("one line for figures", () => {
  expect(provenanceLine(PROPS)).toBe(
    "coinrun.jd (SHA-256 e083e998d7ac…), openai:procgen/maze, understanding-rl-vision 0.1.0, 2026-11-28, run 0123456789ab",
  )
})
