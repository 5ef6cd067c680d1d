import { expect, test } from "vitest"
import type { Story } from "../../src/core/props"
import * as told from "../../src/core/stories"
import * as walk from "../../src/core/walkthrough"

const note = (text: string, frame: number) => ({ trajectory: 0, frame, layer: "2b", text })
const FIRST: Story = { name: "Stepping down", summary: "It falls.", notes: [note("A", 1), note("B", 2)] }
const SECOND: Story = { name: "Hallucination", summary: "", notes: [{ ...note("C", 3), output: "v", feature: 1 }] }
const LOOSE: Story = { name: "", summary: "", notes: [note("D", 4)] }
const two = told.openStories([FIRST, SECOND])

test("a file of notes alone is a story without a name, and is written as before", () => {
  expect(told.readStories(LOOSE.notes, [10])).toEqual([LOOSE])
  expect(told.toFile([LOOSE])).toEqual(LOOSE.notes)
  expect(told.toFile(told.plainStories(told.openStories([])))).toEqual([])
  const file = told.toFile([FIRST, SECOND])
  expect(told.readStories(JSON.parse(JSON.stringify(file)), [10])).toEqual([FIRST, SECOND])
  // One with a name is not written as notes alone.
  expect(told.toFile([SECOND])).toEqual({ stories: [SECOND] })
})

test("what is wrong with a file is said", () => {
  const reading = (data: unknown) => () => told.readStories(data, [10])
  for (const data of [null, 3, {}, { stories: {} }]) expect(reading(data)).toThrow("notes are a list")
  expect(reading({ stories: [FIRST, { name: 3, notes: [] }] })).toThrow("story 2: name and summary are texts.")
  expect(reading({ stories: [{ name: "x", notes: [note("y", 10)] }] })).toThrow("story 1: note 1 needs")
  for (const wrong of [{ feature: "red" }, { feature: -1 }, { output: 3 }]) expect(reading([{ ...note("x", 1), ...wrong }])).toThrow("note 1")
  expect(reading([{ ...note("x", 1), feature: "all", output: "a7" }])()).toHaveLength(1)
})

test("stories are added, described, chosen, taken away and put back", () => {
  const added = told.addStory(told.openStories([]), " New ", "")
  expect(told.plainStories(added)).toEqual([{ name: "New", summary: "", notes: [] }])
  expect(told.storyName(told.openStories([LOOSE]), 0)).toBe("Story 1")
  const described = told.describe(told.choose(two, 1), "Coin", "Brown.")
  expect(told.plainStories(described)[1]).toEqual({ ...SECOND, name: "Coin", summary: "Brown." })
  expect([told.choose(two, 7).current, told.choose(two, -1).current]).toEqual([1, 0])
  const removed = told.removeStory(two)
  expect([told.plainStories(removed), removed.current]).toEqual([[SECOND], 0])
  const restored = told.restoreStory(removed)
  expect([told.plainStories(restored), restored.current]).toEqual([[FIRST, SECOND], 0])
  const none = told.removeStory(removed)
  expect(told.plainStories(none)).toEqual([{ name: "", summary: "", notes: [] }])
  expect(told.plainStories(told.restoreStory(told.restoreStory(none)))).toEqual([FIRST, SECOND])
})

test("merging: notes go to the story of the same name, other stories are added", () => {
  const more = { ...FIRST, summary: "Other.", notes: [FIRST.notes[1], note("E", 5)] }
  expect(told.mergeStories([FIRST], [more, SECOND])).toEqual([{ ...FIRST, notes: [...FIRST.notes, note("E", 5)] }, SECOND])
  expect(told.mergeStories([{ name: "", summary: "", notes: [] }], [SECOND])).toEqual([SECOND])
  expect(told.countNotes([FIRST, SECOND])).toBe(3)
})

test("where a story is being read and written stays when another page writes", () => {
  const writing = told.withWalkthrough(two, walk.type(walk.write({ ...two.all[0].walkthrough, last: 1 }), "so far"))
  const news = told.refreshStories(writing, [{ ...FIRST, notes: [...FIRST.notes, note("E", 5)] }, SECOND])
  expect(news.all[0].walkthrough).toMatchObject({ last: 1, writing: "new", draft: "so far" })
  expect(told.plainStories(news)[0].notes).toHaveLength(3)
  expect(told.refreshStories(told.choose(two, 1), [FIRST]).current).toBe(0)
})

test("features in a text: those that there are", () => {
  expect(told.textParts("The [2] is read as [1].", 2)).toEqual([
    { text: "The " }, { feature: 1, written: "[2]" }, { text: " is read as " }, { feature: 0, written: "[1]" }, { text: "." },
  ])
  expect(told.textParts("See [9], [0] and [a].", 2).every((part) => "text" in part)).toBe(true)
})

test("a note has the output and the feature that it was given, and loses them again", () => {
  const place = { trajectory: 0, frame: 9, layer: "2b" }
  const aimed = walk.save(walk.aimAt(walk.type(walk.write(walk.begin([])), "x"), { output: "a1", feature: 0 }), place)
  expect(aimed.notes).toEqual([{ ...place, text: "x", output: "a1", feature: 0 }])
  const changed = walk.save(walk.aimAt(walk.change(aimed, place), { feature: undefined }), place)
  expect(changed.notes).toEqual([{ ...place, text: "x", output: "a1" }])
})
