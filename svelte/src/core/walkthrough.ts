import { sameNote } from "./labels"
import type { Place } from "./models"
import type { Annotation } from "./props"

/** A story told in notes on frames, one after the other, and where its reader and its writer are. */
export interface Walkthrough {
  notes: Annotation[]
  /** Index of the note gone to last; it is on show while its frame is. */
  last: number
  playing: boolean
  /** What is being written: a new note, or the text of the note with this index, whatever frame is on show. */
  writing: "new" | number | null
  /** Its text so far. */
  draft: string
  /** What it is to show beside its frame. */
  aim: Aim
  /** The notes taken away, the last one last: they can be put back. */
  removed: { note: Annotation; index: number }[]
}

/** The output and the feature that a note asks for; what it does not ask for stays as it is. */
export type Aim = Pick<Annotation, "output" | "feature">

export type Step = "start" | "previous" | "next" | "end"

export const begin = (notes: Annotation[]): Walkthrough => ({
  notes,
  last: 0,
  playing: false,
  writing: null,
  draft: "",
  aim: {},
  removed: [],
})

/** Index of the note on the frame, the one gone to last if it has several; -1 where it has none. */
export function current({ notes, last }: Walkthrough, place: Place): number {
  const here = (note: Annotation | undefined) => note?.trajectory === place.trajectory && note.frame === place.frame
  return here(notes[last]) ? last : notes.findIndex(here)
}

/** The index that a step leads to: off the notes, back to the one gone to last. Null where there is none. */
export function stepIndex(walkthrough: Walkthrough, place: Place, step: Step): number | null {
  const { notes, last } = walkthrough
  const index = current(walkthrough, place)
  const end = notes.length - 1
  if (end < 0 || index === (step === "start" || step === "previous" ? 0 : end)) return null
  if (step === "start") return 0
  if (step === "end") return end
  return index < 0 ? last : index + (step === "next" ? 1 : -1)
}

/** Afterwards the page goes to the note gone to last. */
export function go(walkthrough: Walkthrough, place: Place, step: Step): Walkthrough {
  return { ...walkthrough, last: stepIndex(walkthrough, place, step) ?? walkthrough.last }
}

export const pause = (walkthrough: Walkthrough): Walkthrough => ({ ...walkthrough, playing: false })

/** Play from the note on the frame, from the first where there is none and from the end. */
export function play(walkthrough: Walkthrough, place: Place): Walkthrough {
  const index = current(walkthrough, place)
  return { ...walkthrough, playing: true, last: index < 0 || index === walkthrough.notes.length - 1 ? 0 : index }
}

/** When the time of a note is over: the next one; after the last one, the end of playing. */
export function playOn(walkthrough: Walkthrough, place: Place): Walkthrough {
  const next = stepIndex(walkthrough, place, "next")
  return next === null ? pause(walkthrough) : { ...walkthrough, last: next }
}

/** Long enough to read a note aloud: three words a second, and three seconds at least. */
export const readingSeconds = ({ text }: Annotation) => Math.max(3, text.split(/\s+/).length / 3)

/** Begin a new note; what is being written already goes on. */
export function write(walkthrough: Walkthrough): Walkthrough {
  return walkthrough.writing === null ? { ...walkthrough, playing: false, writing: "new", draft: "", aim: {} } : walkthrough
}

/** Change the text of the note on the frame; what is being written already goes on. */
export function change(walkthrough: Walkthrough, place: Place): Walkthrough {
  const index = current(walkthrough, place)
  if (index < 0 || walkthrough.writing !== null) return walkthrough
  const { text, output, feature } = walkthrough.notes[index]
  return { ...walkthrough, playing: false, writing: index, draft: text, aim: { output, feature } }
}

export const type = (walkthrough: Walkthrough, draft: string): Walkthrough => ({ ...walkthrough, draft })

export const aimAt = (walkthrough: Walkthrough, aim: Aim): Walkthrough => ({ ...walkthrough, aim: { ...walkthrough.aim, ...aim } })

/** A note with the aim, of which what is not asked for is left out. */
function aimed(note: Annotation, { output, feature }: Aim): Annotation {
  const { output: _output, feature: _feature, ...rest } = note
  return { ...rest, ...(output === undefined ? {} : { output }), ...(feature === undefined ? {} : { feature }) }
}

export const cancel = (walkthrough: Walkthrough): Walkthrough => ({ ...walkthrough, writing: null, draft: "" })

/** What is being written, done: a new note comes after the one on the frame, or else at the end. */
export function save(walkthrough: Walkthrough, place: Place & { layer: string }): Walkthrough {
  const { notes, writing, draft, aim } = walkthrough
  const text = draft.trim()
  if (writing === null || !text) return walkthrough
  if (writing !== "new") {
    const changed = notes.map((note, i) => (i === writing ? aimed({ ...note, text }, aim) : note))
    return { ...cancel(walkthrough), notes: changed, last: writing }
  }
  const { trajectory, frame, layer } = place
  const index = current(walkthrough, place) + 1 || notes.length
  const written = notes.toSpliced(index, 0, aimed({ trajectory, frame, layer, text }, aim))
  return { ...cancel(walkthrough), notes: written, last: index }
}

/** Take away the note on the frame. */
export function remove(walkthrough: Walkthrough, place: Place): Walkthrough {
  const index = current(walkthrough, place)
  if (index < 0) return walkthrough
  const { notes, writing } = walkthrough
  const left = notes.toSpliced(index, 1)
  return {
    ...walkthrough,
    notes: left,
    last: Math.max(0, Math.min(index, left.length - 1)),
    playing: false,
    writing: writing === index ? null : typeof writing === "number" && writing > index ? writing - 1 : writing,
    removed: [...walkthrough.removed, { note: notes[index], index }],
  }
}

/** Put the note back that was taken away last. Afterwards the page goes to it. */
export function restore(walkthrough: Walkthrough): Walkthrough {
  const { notes, writing } = walkthrough
  const removed = walkthrough.removed.at(-1)
  if (!removed) return walkthrough
  const index = Math.min(removed.index, notes.length)
  return {
    ...walkthrough,
    notes: notes.toSpliced(index, 0, removed.note),
    last: index,
    writing: typeof writing === "number" && writing >= index ? writing + 1 : writing,
    removed: walkthrough.removed.slice(0, -1),
  }
}

/** Other notes in place of all. What is being written goes on: as a new note if its own is not among them. */
export function refresh(walkthrough: Walkthrough, notes: Annotation[]): Walkthrough {
  const { last, writing } = walkthrough
  const index = typeof writing === "number" ? notes.findIndex((note) => sameNote(note, walkthrough.notes[writing])) : -1
  return {
    ...walkthrough,
    notes,
    last: Math.max(0, Math.min(last, notes.length - 1)),
    playing: walkthrough.playing && notes.length > 0,
    writing: writing === null ? null : index < 0 ? "new" : index,
  }
}
