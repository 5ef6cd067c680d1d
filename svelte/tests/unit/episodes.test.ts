import { expect, test } from "vitest"
import { alignedValues, counterpart } from "../../src/core/counterpart"
import { episodeSpans, largestSpikes, listEpisodes, outcomeText, spikeAt } from "../../src/core/episodes"
import { listModels, ownerOf } from "../../src/core/models"
import { columnsOf } from "../../src/sections/episodes/columns"

test("episodes end where done is set and at the end of the trajectory", () => {
  expect(episodeSpans([0, 1, 0, 0, 1, 0])).toEqual([[0, 1], [2, 4], [5, 5]])
  expect(episodeSpans([0, 1])).toEqual([[0, 1]])
})

test("a spike sticks out from both neighbours; steps, slopes and ends of episodes do not count", () => {
  const values = [0, 0, 5, 1, 1, 1, 4, 4, 4, -3]
  const scores = values.map((_, t) => spikeAt(values, t, 0, 9))
  expect(scores).toEqual([0, 0, 4, 0, 0, 0, 0, 0, 0, 0])
  expect(spikeAt([1, 1, -2, 1], 2, 0, 3)).toBe(-3)
  expect(spikeAt([1, 1, -2, 1], 2, 2, 3)).toBe(0)
})

test("the table of episodes", () => {
  const data = {
    values: [[0, 2, 0, 1, 1, 1]],
    rewards: [[0, 0, 10, 0, -1, 0]],
    dones: [[0, 0, 1, 0, 1, 0]],
    advantages: [[0.1, -0.4, 0.3, 0, 0.5, 0]],
    actions: [[]],
    policy_logits: [[]],
  }
  const facts = [{ trajectory: 0, level: 77, cause: "lava" }]
  const episodes = listEpisodes(data, listModels({ trajectories: data }), facts)
  expect(episodes.map((e) => [e.start, e.end, e.length, e.return, e.outcome])).toEqual([
    [0, 2, 3, 10, "solved"],
    [3, 4, 2, -1, "failed"],
    [5, 5, 1, 0, "unfinished"],
  ])
  expect([episodes[0].level, episodes[0].cause, episodes[0].model, episodes[0].number]).toEqual([77, "lava", 0, 0])
  // What the game itself says goes before the rewards.
  expect(listEpisodes(data, [], [{ trajectory: 0, solved: false }])[0].outcome).toBe("failed")
  expect(episodes[0].lowestAdvantage).toEqual({ frame: 1, value: -0.4 })
  expect(episodes[0].highestAdvantage).toEqual({ frame: 2, value: 0.3 })
  expect(episodes[0].spike).toEqual({ frame: 1, value: 2 })
  expect(largestSpikes(episodes, 5)).toEqual([episodes[0]])
})

test("columns about values are left out where there are none", () => {
  const none = [null, null, null] as any
  const data = {
    values: [none, [1, 2, 1]],
    rewards: [[0, 0, 1], [0, 0, 1]],
    dones: [[0, 0, 1], [0, 0, 1]],
    advantages: [none, [0.5, 0, -0.5]],
    actions: [[], []],
    policy_logits: [[], []],
  }
  const models = [{ name: "a", trajectories: [0] }, { name: "b", trajectories: [1] }]
  const episodes = listEpisodes(data, models)
  expect(episodes.map((e) => [e.hasValue, e.outcome])).toEqual([[false, "solved"], [true, "solved"]])
  expect(largestSpikes(episodes, 5)).toEqual([episodes[1]])
  const named = (shown: typeof episodes) => columnsOf(shown, models).map(({ name }) => name)
  expect(named(episodes.slice(0, 1))).toEqual(["model", "trajectory", "first frame", "length", "return", "outcome"])
  expect(named(episodes)).toContain("value spike")
  const texts = columnsOf(episodes, models).slice(-3).map(({ text }) => episodes.map(text))
  expect(texts).toEqual([["–", "−0.5"], ["–", "+0.5"], ["–", "+1"]])
})

test("what was solved is as the data says, of each episode; else all its rewards count", () => {
  const data = {
    values: [[0, 0, 0, 0, 0, 0, 0]],
    rewards: [[1, 0, 0, 1, 30, -2, 0]],
    dones: [[0, 1, 0, 1, 0, 1, 0]],
    advantages: [[0, 0, 0, 0, 0, 0, 0]],
    actions: [[]],
    policy_logits: [[]],
  }
  const outcomes = (facts: { trajectory: number; end?: number; solved?: boolean | null }[]) =>
    listEpisodes(data, [], facts).map(outcomeText)
  expect(outcomes([])).toEqual(["solved", "solved", "solved", "unfinished"])
  const ends = [1, 3, 5].map((end) => ({ trajectory: 0, end }))
  expect(outcomes([{ ...ends[1], solved: false }])).toEqual(["solved", "failed", "solved", "unfinished"])
  // Nothing tells: the return stands for itself.
  expect(outcomes(ends.map((at) => ({ ...at, solved: null })))).toEqual(["return 1", "return 1", "return 28", "unfinished"])
  expect(outcomes([{ trajectory: 1, end: 3, solved: false }])).toEqual(["solved", "solved", "solved", "unfinished"])
})

test("models: whose a trajectory is, and the frame as far into the same level", () => {
  const zeros = [0, 0, 0, 0, 0, 0]
  const dones = [[0, 0, 1, 0, 1, 0], [0, 1, 0, 0, 0, 0]]
  const data = { values: [zeros, zeros], rewards: [zeros, zeros], dones, advantages: [zeros, zeros], actions: [], policy_logits: [] }
  const models = [{ name: "a", trajectories: [0] }, { name: "b", trajectories: [1] }]
  expect(ownerOf(models, 1)).toEqual({ model: 1, number: 0 })
  const episodes = listEpisodes(data, models)
  expect(episodes.map((e) => e.model)).toEqual([0, 0, 0, 1, 1])
  const frames = [0, 1, 2, 3, 4, 5].map((frame) => counterpart(episodes, { trajectory: 0, frame }, 1))
  // The first level is two frames long for b; b does not come to the third.
  expect(frames).toEqual([0, 1, 1, 2, 3, null])
  expect(alignedValues(episodes, 0, 6, 1, [10, 11, 12, 13, 14, 15])).toEqual([10, 11, 11, 12, 13, NaN])
  expect(counterpart(episodes, { trajectory: 1, frame: 5 }, 0)).toBe(4)
  expect(counterpart(episodes, { trajectory: 1, frame: 5 }, 1)).toBe(5)
})
