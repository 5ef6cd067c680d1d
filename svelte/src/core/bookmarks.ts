import type { Episode } from "./episodes"
import type { Props } from "./props"

/** A frame that stands out in its episode, by a number. */
export interface Mark {
  episode: Episode
  frame: number
  value: number
}

export interface MarkList {
  title: string
  about: string
  marks: Mark[]
}

/** The episode that a frame is in. */
export const episodeAt = (episodes: Episode[], trajectory: number, frame: number) =>
  episodes.find((e) => e.trajectory === trajectory && e.start <= frame && frame <= e.end)

const LOWEST = "Lowest advantage (generalised advantage estimate)"
const HIGHEST = "Highest advantage (generalised advantage estimate)"

/** Whether nothing tells success from failure, as in games of points. */
const ofPoints = (episodes: Episode[]) => episodes.some(({ outcome }) => outcome === "ended")

/**
 * The bookmarks of some of the episodes, in lists: failures and successes that were not expected are such, other
 * episodes of extreme advantage have lists of their own.
 */
export function advantageLists({ bookmarks, trajectories }: Props, episodes: Episode[]): MarkList[] {
  const marks = (places: [number, number][]) =>
    places.flatMap(([trajectory, frame]): Mark[] => {
      const episode = episodeAt(episodes, trajectory, frame)
      return episode ? [{ episode, frame, value: trajectories.advantages[trajectory]?.[frame] }] : []
    })
  const [low, high] = [marks(bookmarks.low), marks(bookmarks.high)]
  if (ofPoints(episodes)) {
    return [
      { title: "Worse than expected", about: LOWEST, marks: low },
      { title: "Better than expected", about: HIGHEST, marks: high },
    ]
  }
  const isFailure = ({ episode }: Mark) => episode.outcome === "failed"
  const isSuccess = ({ episode }: Mark) => episode.outcome === "solved"
  const lists = [
    { title: "Unexpected failures", about: `${LOWEST} in episodes that failed`, marks: low.filter(isFailure) },
    { title: "Lowest advantage", about: `${LOWEST} in episodes that did not fail`, marks: low.filter((mark) => !isFailure(mark)) },
    { title: "Unexpected successes", about: `${HIGHEST} in episodes that were solved`, marks: high.filter(isSuccess) },
    { title: "Highest advantage", about: `${HIGHEST} in episodes that were not solved`, marks: high.filter((mark) => !isSuccess(mark)) },
  ]
  return lists.filter((list) => list.title.startsWith("Unexpected") || list.marks.length > 0)
}

/** The episodes with the largest residuals, one frame of each, largest first. residuals: of trajectories, by frame. */
export function largestResiduals(episodes: Episode[], residuals: Map<number, number[]>, count: number): Mark[] {
  return episodes
    .flatMap((episode): Mark[] => {
      const own = residuals.get(episode.trajectory)?.slice(episode.start, episode.end + 1)
      if (!own?.length) return []
      const at = own.reduce((best, value, t) => (Math.abs(value) > Math.abs(own[best]) ? t : best), 0)
      return own[at] ? [{ episode, frame: episode.start + at, value: own[at] }] : []
    })
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, count)
}
