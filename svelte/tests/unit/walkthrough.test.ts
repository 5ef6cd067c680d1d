import { describe, expect, test } from "vitest"
import * as story from "../../src/core/walkthrough"

const at = (frame: number, trajectory = 0) => ({ trajectory, frame, layer: "2b" })
const note = (text: string, frame: number, trajectory = 0) => ({ ...at(frame, trajectory), text })
const [a, b, c] = [note("A", 13), note("B", 65), note("C", 5, 1)]
const three = story.begin([a, b, c])
const ELSEWHERE = at(40)

describe("going through", () => {
  test("the note on show is the frame's, of several the one gone to last", () => {
    expect([at(13), at(65), at(5, 1), at(5), ELSEWHERE].map((place) => story.current(three, place))).toEqual([0, 1, 2, -1, -1])
    const twins = story.begin([a, note("A2", 13)])
    expect(story.current(twins, at(13))).toBe(0)
    expect(story.current(story.go(twins, at(13), "next"), at(13))).toBe(1)
  })

  test("steps lead to neighbours and ends, and nowhere at the ends", () => {
    const steps = (place: typeof ELSEWHERE, walkthrough = three) =>
      (["start", "previous", "next", "end"] as const).map((step) => story.stepIndex(walkthrough, place, step))
    expect(steps(at(13))).toEqual([null, null, 1, 2])
    expect(steps(at(65))).toEqual([0, 0, 2, 2])
    expect(steps(at(5, 1))).toEqual([0, 1, null, null])
    expect(steps(ELSEWHERE, { ...three, last: 1 })).toEqual([0, 1, 1, 2])
    expect(steps(ELSEWHERE, story.begin([]))).toEqual([null, null, null, null])
  })

  test("playing begins at the note on show, anew at the end, and ends there", () => {
    expect(story.play(three, at(65))).toMatchObject({ playing: true, last: 1 })
    expect(story.play(three, ELSEWHERE)).toMatchObject({ playing: true, last: 0 })
    expect(story.play(three, at(5, 1))).toMatchObject({ playing: true, last: 0 })
    expect(story.playOn({ ...three, playing: true, last: 1 }, at(65))).toMatchObject({ playing: true, last: 2 })
    expect(story.playOn({ ...three, playing: true, last: 2 }, at(5, 1)).playing).toBe(false)
    expect(story.pause({ ...three, playing: true }).playing).toBe(false)
    expect([note("x", 0), note("a ".repeat(29) + "a", 0)].map(story.readingSeconds)).toEqual([3, 10])
  })
})

type Place = typeof ELSEWHERE
const saved = (walkthrough: story.Walkthrough, text: string, place: Place) => story.save(story.type(walkthrough, text), place)

describe("writing", () => {
  test("a new note comes after the one on its frame, or at the end, and is gone to", () => {
    const written = saved(story.write(three), "N", at(13))
    expect(written).toMatchObject({ notes: [a, note("N", 13), b, c], last: 1, writing: null })
    expect(saved(story.write(three), "N", ELSEWHERE)).toMatchObject({ notes: [a, b, c, note("N", 40)], last: 3 })
    expect(saved(story.write(story.begin([])), "N", at(2)).notes).toEqual([note("N", 2)])
  })

  test("a note keeps being the one that is changed when another frame is on show", () => {
    const changing = story.change(three, at(13))
    for (const place of [at(13), ELSEWHERE, at(65), at(5, 1)]) {
      expect(saved(changing, "changed", place).notes).toEqual([{ ...a, text: "changed" }, b, c])
    }
    expect(story.change(three, ELSEWHERE)).toEqual(three)
  })

  test("nothing is written unasked, and nothing after cancelling", () => {
    expect(story.save(three, at(13))).toBe(three)
    expect(saved(story.cancel(story.change(three, at(13))), "x", at(13)).notes).toEqual([a, b, c])
  })

  test("it stops playing", () => {
    const playing = { ...three, playing: true }
    expect([story.write(playing), story.change(playing, at(13)), story.remove(playing, at(13))].map((w) => w.playing)).toEqual([false, false, false])
  })
})

describe("taking away", () => {
  test("the note on show goes, and can be put back where it was", () => {
    const removed = story.remove(three, at(65))
    expect(removed).toMatchObject({ notes: [a, c], last: 1, removed: [{ note: b, index: 1 }] })
    expect(story.restore(removed)).toMatchObject({ notes: [a, b, c], last: 1, removed: [] })
    expect(story.remove(three, at(5, 1)).last).toBe(1)
    expect(story.remove(three, ELSEWHERE)).toBe(three)
    expect(story.restore(three)).toBe(three)
  })

  test("what is being changed stays the same note, or ends with it", () => {
    const changing = story.change(three, at(65))
    const without = story.remove(changing, at(13))
    expect(saved(without, "changed", at(5, 1)).notes).toEqual([{ ...b, text: "changed" }, c])
    expect(saved(story.restore(without), "changed", at(13)).notes).toEqual([a, { ...b, text: "changed" }, c])
    expect(story.remove(changing, at(65)).writing).toBeNull()
    expect(story.remove(changing, at(5, 1)).writing).toBe(1)
  })

  test("all that were taken away can be put back, also after a new note", () => {
    const removed = story.remove(story.remove(three, at(65)), at(13))
    const written = saved(story.write(removed), "N", ELSEWHERE)
    expect(written.notes).toEqual([c, note("N", 40)])
    expect(story.restore(story.restore(written))).toMatchObject({ notes: [a, b, c, note("N", 40)], last: 1, removed: [] })
  })

  test("other notes in place of all: what is written goes on, where its own note is gone as a new one", () => {
    const changing = story.type(story.change(three, at(65)), "B, changed")
    expect(story.refresh(changing, [c, { ...b }])).toMatchObject({ notes: [c, b], writing: 1, draft: "B, changed" })
    expect(story.refresh(changing, [c])).toMatchObject({ notes: [c], writing: "new", draft: "B, changed", last: 0 })
    expect(story.refresh(story.write(three), [c]).writing).toBe("new")
    expect(story.refresh({ ...three, last: 2, playing: true }, [])).toMatchObject({ notes: [], last: 0, playing: false, writing: null })
    const removed = story.refresh(story.remove(three, at(5, 1)), [a])
    expect(story.restore(removed)).toMatchObject({ notes: [a, c], last: 1 })
  })

  test("who writes and asks for another form goes on writing", () => {
    const changing = story.type(story.change(three, at(65)), "half a senten")
    expect([story.write(changing), story.change(changing, at(13))]).toEqual([changing, changing])
    expect(story.save(story.type(changing, "  "), at(65))).toMatchObject({ notes: [a, b, c], writing: 1 })
  })
})
