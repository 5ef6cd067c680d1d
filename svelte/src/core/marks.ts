// What the timeline marks: rewards, ends of episodes, bookmarks and notes.
import { outcomeText, type Episode } from "./episodes"
import { formatSigned } from "./format"
import type { Annotation, Props } from "./props"

export interface TimelineMark {
  frame: number
  kind: "end" | "reward" | "note" | "bookmark"
  symbol: string
  about: string
}

const ENDS: Record<Episode["outcome"], string> = { solved: "✓", failed: "✕", ended: "■", unfinished: "…" }

/** In order of time; of one frame, what happened in the game comes first. */
export function timelineMarks(
  { trajectories, bookmarks }: Pick<Props, "trajectories" | "bookmarks">,
  episodes: Episode[],
  notes: Annotation[],
  trajectory: number,
): TimelineMark[] {
  const ends = episodes
    .filter((episode) => episode.trajectory === trajectory)
    .map((e): TimelineMark => ({ frame: e.end, kind: "end", symbol: ENDS[e.outcome], about: `episode ends: ${e.cause ?? outcomeText(e)}` }))
  const rewards = (trajectories.rewards[trajectory] ?? []).flatMap((reward, frame): TimelineMark[] =>
    reward ? [{ frame, kind: "reward", symbol: reward > 0 ? "▲" : "▼", about: `reward ${formatSigned(reward)}` }] : [],
  )
  const marked = (places: [number, number][], about: string) =>
    places
      .filter(([of]) => of === trajectory)
      .map(([, frame]): TimelineMark => ({ frame, kind: "bookmark", symbol: "◆", about }))
  const noted = notes
    .filter((note) => note.trajectory === trajectory)
    .map(({ frame, text }): TimelineMark => ({ frame, kind: "note", symbol: "✎", about: `note: ${text}` }))
  const all = [
    ...ends,
    ...rewards,
    ...noted,
    ...marked(bookmarks.low, "bookmark: lowest advantage of the episode"),
    ...marked(bookmarks.high, "bookmark: highest advantage of the episode"),
  ]
  return all.sort((a, b) => a.frame - b.frame)
}

/** Kinds of marks that stand above and below each other: one of each line at a frame is drawn. */
export const MARK_LINES: TimelineMark["kind"][][] = [["end", "reward"], ["note", "bookmark"]]
