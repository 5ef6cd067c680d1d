import { expect, test } from "vitest"
import { episodeSpans, largestSpikes, listEpisodes, spikeAt } from "../../src/core/episodes"

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
  const episodes = listEpisodes(data)
  expect(episodes.map((e) => [e.start, e.end, e.length, e.return, e.outcome])).toEqual([
    [0, 2, 3, 10, "solved"],
    [3, 4, 2, -1, "failed"],
    [5, 5, 1, 0, "unfinished"],
  ])
  expect(episodes[0].lowestAdvantage).toEqual({ frame: 1, value: -0.4 })
  expect(episodes[0].highestAdvantage).toEqual({ frame: 2, value: 0.3 })
  expect(episodes[0].spike).toEqual({ frame: 1, value: 2 })
  expect(largestSpikes(episodes, 5)).toEqual([episodes[0]])
})
