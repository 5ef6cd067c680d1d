import { expect, test } from "vitest"
import { timelineMarks } from "../../src/core/marks"
import { zoomed } from "../../src/core/window"
import { makeScene } from "./scene"

test("rewards, ends, notes and bookmarks of the trajectory, in order of time", () => {
  const scene = makeScene({}, { bookmarks: { high: [[0, 4], [1, 0]], low: [[0, 1]] } })
  const trajectories = { ...scene.props.trajectories, rewards: [[0, -1, 10, 0, 0, 0], [5, 0, 0, 0, 0, 0]] }
  const episodes = scene.episodes.map((e) => ({ ...e, cause: e.start === 3 ? "saw" : null }))
  const notes = [{ trajectory: 0, frame: 4, text: "here" }, { trajectory: 1, frame: 0, text: "elsewhere" }]
  const marks = timelineMarks({ trajectories, bookmarks: scene.props.bookmarks }, episodes, notes, 0)
  expect(marks.map(({ frame, kind, about }) => [frame, kind, about])).toEqual([
    [1, "reward", "reward −1"],
    [1, "bookmark", "bookmark: lowest advantage of the episode"],
    [2, "end", "episode ends: failed"],
    [2, "reward", "reward +10"],
    [4, "end", "episode ends: saw"],
    [4, "note", "note: here"],
    [4, "bookmark", "bookmark: highest advantage of the episode"],
    [5, "end", "episode ends: unfinished"],
  ])
})

test("a zoom keeps the frame where it is, and stays inside the trajectory", () => {
  expect(zoomed(100, 200, 512, 0.5, 150)).toEqual({ start: 125, visible: 100 })
  expect(zoomed(0, 200, 512, 2, 10)).toEqual({ start: 0, visible: 400 })
  expect(zoomed(400, 100, 512, 8, 450)).toEqual({ start: 0, visible: 512 })
  expect(zoomed(500, 12, 512, 0.5, 511).visible).toBe(16)
  expect(zoomed(0, 10, 10, 0.5, 3)).toEqual({ start: 0, visible: 10 })
  const { start, visible } = zoomed(0, 512, 512, 0.25, 511)
  expect(start + visible).toBe(512)
})
