import { expect, test } from "vitest"
import { advantageLists, differenceLists, largestResiduals } from "../../src/core/bookmarks"
import { listEpisodes } from "../../src/core/episodes"
import { listModels } from "../../src/core/models"
import { completeProps } from "../../src/core/completing"

// Three episodes: solved, failed, cut off.
const props = completeProps({
  layers: ["2b"],
  trajectories: {
    values: [[1, 1, 1, 1, 1, 1]],
    rewards: [[0, 1, 0, 0, 0, 0]],
    dones: [[0, 1, 0, 1, 0, 0]],
    advantages: [[0.5, -1, 2, -3, 4, -5]],
  } as any,
  bookmarks: { low: [[0, 5], [0, 3], [0, 1]], high: [[0, 4], [0, 2], [0, 0], [7, 0]] },
})
const episodes = listEpisodes(props.trajectories, listModels(props))
const shown = (lists: ReturnType<typeof advantageLists>) => lists.map(({ title, marks }) => [title, marks.map(({ frame, value }) => [frame, value])])

test("failures and successes are such; what else was of extreme advantage has lists of its own", () => {
  expect(shown(advantageLists(props, episodes))).toEqual([
    ["Unexpected failures", [[3, -3]]],
    ["Lowest advantage", [[5, -5], [1, -1]]],
    ["Unexpected successes", [[0, 0.5]]],
    ["Highest advantage", [[4, 4], [2, 2]]],
  ])
  expect(shown(advantageLists({ ...props, bookmarks: { low: [], high: [] } }, episodes))).toEqual([
    ["Unexpected failures", []],
    ["Unexpected successes", []],
  ])
})

test("in games of points all are in two lists", () => {
  const ended = listEpisodes(props.trajectories, listModels(props), [{ trajectory: 0, end: 3, solved: null }])
  expect(shown(advantageLists(props, ended)).map(([title, marks]) => [title, marks.length])).toEqual([
    ["Worse than expected", 3],
    ["Better than expected", 3],
  ])
})

test("the largest residual of each episode, by size; episodes without any are left out", () => {
  const found = (values: number[], count = 9) => largestResiduals(episodes, new Map([[0, values]]), count).map(({ frame, value }) => [frame, value])
  expect(found([1, -2, 0.5, 0, 3, -3])).toEqual([[4, 3], [1, -2], [2, 0.5]])
  expect(found([1, -2, 0, 0, 3, -4], 1)).toEqual([[5, -4]])
  expect(found([0, 0, 0, 0, 0, 0])).toEqual([])
  expect(largestResiduals(episodes, new Map(), 3)).toEqual([])
})

test("of what two models differ by: where the value is raised and lowered, and the policy changed most", () => {
  const [values, moved] = [[1, -2, 0, 3, -1, -5], [0, 0.5, 0, 0, 0.1, 0.2]]
  const lists = differenceLists(episodes, new Map([[0, values]]), new Map([[0, moved]]), 2)
  expect(shown(lists)).toEqual([
    ["Value raised most", [[3, 3], [0, 1]]],
    ["Value lowered most", [[5, -5], [1, -2]]],
    ["Policy changed most", [[1, 0.5], [5, 0.2]]],
  ])
  const without = episodes.map((episode) => ({ ...episode, hasValue: false }))
  expect(differenceLists(without, new Map(), new Map([[0, moved]]), 2).map(({ title }) => title)).toEqual(["Policy changed most"])
})
