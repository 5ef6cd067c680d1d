// Several walkthroughs, each with a name and a summary; notes without these are a story too.
import { mergeNotes, readNotes } from "./labels"
import type { Annotation, Story } from "./props"
import { begin, refresh, type Walkthrough } from "./walkthrough"

/** A story, and where its reader and its writer are. */
export interface OpenStory extends Omit<Story, "notes"> {
  walkthrough: Walkthrough
}

export interface Stories {
  /** At least one. */
  all: OpenStory[]
  /** Index of the one on view. */
  current: number
  /** Those taken away, the last one last: they can be put back. */
  removed: { story: OpenStory; index: number }[]
}

const opened = ({ name, summary, notes }: Story): OpenStory => ({ name, summary, walkthrough: begin(notes) })
const BLANK: Story = { name: "", summary: "", notes: [] }

export const openStories = (stories: Story[]): Stories => ({
  all: (stories.length ? stories : [BLANK]).map(opened),
  current: 0,
  removed: [],
})

/** The stories as data, without where they are being read. */
export const plainStories = ({ all }: Stories): Story[] =>
  all.map(({ name, summary, walkthrough }) => ({ name, summary, notes: walkthrough.notes }))

/** What a story is called: its name, or its number. */
export const storyName = ({ all }: Stories, index: number) => all[index].name || `Story ${index + 1}`

export const choose = (stories: Stories, index: number): Stories => ({
  ...stories,
  current: Math.min(Math.max(index, 0), stories.all.length - 1),
})

const withStory = (stories: Stories, story: OpenStory): Stories => ({
  ...stories,
  all: stories.all.with(stories.current, story),
})

export const withWalkthrough = (stories: Stories, walkthrough: Walkthrough): Stories =>
  withStory(stories, { ...stories.all[stories.current], walkthrough })

/** Name and summary of the story on view. */
export const describe = (stories: Stories, name: string, summary: string): Stories =>
  withStory(stories, { ...stories.all[stories.current], name: name.trim(), summary: summary.trim() })

/** A new story, which is then on view. One that has nothing yet makes room for it. */
export function addStory(stories: Stories, name: string, summary: string): Stories {
  const all = [...stories.all.filter((story) => !isBlank(story)), opened({ ...BLANK, name: name.trim(), summary: summary.trim() })]
  return { ...stories, all, current: all.length - 1 }
}

const isBlank = ({ name, summary, walkthrough }: OpenStory) => !name && !summary && !walkthrough.notes.length

/** Take away the story on view. */
export function removeStory(stories: Stories): Stories {
  const { all, current, removed } = stories
  const left = all.toSpliced(current, 1)
  return {
    all: left.length ? left : [opened(BLANK)],
    current: Math.max(0, Math.min(current, left.length - 1)),
    removed: [...removed, { story: all[current], index: current }],
  }
}

/** Put the story back that was taken away last; it is then on view. */
export function restoreStory(stories: Stories): Stories {
  const last = stories.removed.at(-1)
  if (!last) return stories
  const others = stories.all.filter((story) => !isBlank(story))
  const index = Math.min(last.index, others.length)
  return { all: others.toSpliced(index, 0, last.story), current: index, removed: stories.removed.slice(0, -1) }
}

/** The stories, then those of others: notes of a story of the same name go to it. */
export function mergeStories(stories: Story[], others: Story[]): Story[] {
  const merged = stories.map((story) => ({ ...story }))
  for (const other of others) {
    const same = merged.find(({ name }) => name === other.name)
    if (same) Object.assign(same, { summary: same.summary || other.summary, notes: mergeNotes(same.notes, other.notes) })
    else merged.push(other)
  }
  return merged.filter(({ name, summary, notes }) => name || summary || notes.length)
}

export const countNotes = (stories: Story[]) => stories.reduce((sum, { notes }) => sum + notes.length, 0)

/** Other stories in place of all; where they are being read and written goes on, by their order. */
export function refreshStories(stories: Stories, others: Story[]): Stories {
  const all = (others.length ? others : [BLANK]).map((story, i) => {
    const before = stories.all.find(({ name }) => name === story.name) ?? (others.length === stories.all.length ? stories.all[i] : undefined)
    return { name: story.name, summary: story.summary, walkthrough: before ? refresh(before.walkthrough, story.notes) : begin(story.notes) }
  })
  return { all, current: Math.min(stories.current, all.length - 1), removed: stories.removed }
}

/** What is kept and exported: of notes without name and summary the list, which all versions read. */
export function toFile(stories: Story[]): Annotation[] | { stories: Story[] } {
  const [{ name, summary, notes }] = stories
  return stories.length === 1 && !name && !summary ? notes : { stories }
}

/** Stories as read from a file: a list of notes, or of stories. Throws an Error that says what is wrong. */
export function readStories(data: unknown, lengths: number[]): Story[] {
  if (Array.isArray(data)) return [{ ...BLANK, notes: readNotes(data, lengths) }]
  const given = (data as { stories?: unknown } | null)?.stories
  if (!Array.isArray(given)) {
    throw new Error('notes are a list of {"trajectory": 0, "frame": 12, "text": "…"}, or {"stories": [{"name": "…", "notes": […]}]}.')
  }
  return given.map((story, i) => {
    const { name = "", summary = "", notes } = (story ?? {}) as Partial<Story>
    if (typeof name !== "string" || typeof summary !== "string") throw new Error(`story ${i + 1}: name and summary are texts.`)
    try {
      return { name, summary, notes: readNotes(notes, lengths) }
    } catch (error) {
      throw new Error(`story ${i + 1}: ${(error as Error).message}`)
    }
  })
}

/** A part of a note: text, or the number of a feature that is spoken of. */
export type TextPart = { text: string } | { feature: number; written: string }

/** The text of a note in parts: `[2]` stands for feature 2 (here 1), where there are so many. */
export function textParts(text: string, features: number): TextPart[] {
  return text
    .split(/(\[\d+\])/)
    .filter(Boolean)
    .map((part): TextPart => {
      const number = Number(/^\[(\d+)\]$/.exec(part)?.[1])
      return number >= 1 && number <= features ? { feature: number - 1, written: part } : { text: part }
    })
}
