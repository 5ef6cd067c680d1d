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
  /** What stands behind the numbers; by default what stands behind values. */
  unit?: string
  /** Whether the numbers are parts of 1, instead of values. */
  isShare?: boolean
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

/** The frame of each episode with the highest score, if above 0, highest first. numbers: of trajectories, by frame. */
function highest(episodes: Episode[], numbers: Map<number, number[]>, score: (value: number) => number, count: number): Mark[] {
  return episodes
    .flatMap((episode): Mark[] => {
      const own = numbers.get(episode.trajectory)?.slice(episode.start, episode.end + 1)
      if (!own?.length) return []
      const at = own.reduce((best, value, t) => (score(value) > score(own[best]) ? t : best), 0)
      return score(own[at]) > 0 ? [{ episode, frame: episode.start + at, value: own[at] }] : []
    })
    .sort((a, b) => score(b.value) - score(a.value))
    .slice(0, count)
}

/** The episodes with the largest residuals, one frame of each, largest first. residuals: of trajectories, by frame. */
export const largestResiduals = (episodes: Episode[], residuals: Map<number, number[]>, count: number) =>
  highest(episodes, residuals, Math.abs, count)

/** Frames at which two models differ most. episodes: of the difference; values and moved: of its trajectories, by frame. */
export function differenceLists(episodes: Episode[], values: Map<number, number[]>, moved: Map<number, number[]>, count: number): MarkList[] {
  const lists: MarkList[] = [
    { title: "Value raised most", about: "Where the value is most above that of the model it is compared with", marks: highest(episodes, values, (value) => value, count) },
    { title: "Value lowered most", about: "Where it is most below", marks: highest(episodes, values, (value) => -value, count) },
  ]
  const policy: MarkList = {
    title: "Policy changed most",
    about: "Where most probability moves from some actions to others",
    marks: highest(episodes, moved, (value) => value, count),
    isShare: true,
  }
  return [...lists.filter(() => episodes.some(({ hasValue }) => hasValue)), policy]
}
