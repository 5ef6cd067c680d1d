import { runIdentity } from "./core/identity"
import { layLabels, mergeLabels, proposedNames, readLabels, replaceLabels } from "./core/labels"
import type { FeatureLabels, Props, Story } from "./core/props"
import { RunStore, type Damaged } from "./core/storage"
import {
  mergeStories,
  openStories,
  plainStories,
  readStories,
  refreshStories,
  toFile,
  withWalkthrough,
  type Stories,
} from "./core/stories"
import type { Walkthrough } from "./core/walkthrough"

/** What is imported goes to what there is, or in its place. */
export type Way = "merge" | "replace"
export const KINDS = ["names", "notes"] as const
export type Kind = (typeof KINDS)[number]

/** What the reader writes: names of features and notes on frames. The browser keeps them; they go before the data's. */
export class Writings {
  #given: FeatureLabels
  #proposed: FeatureLabels
  #told: Story[]
  #lengths: number[]
  #store: RunStore
  /** What the store held of each when it was last read or written. */
  #seen: Partial<Record<Kind, string | null>> = {}
  /** Names that the reader gave; an empty one hides the data's. */
  #own = $state.raw<FeatureLabels>({})
  names = $derived.by(() => mergeLabels(this.#given, this.#own))
  /** Those, and where nobody has named a feature the name that a measurement proposes. */
  shown = $derived.by(() => mergeLabels(layLabels(this.#proposed, this.#given), this.#own))
  #stories = $state.raw<Stories>(openStories([]))
  /** What was kept and cannot be read. */
  damaged = $state.raw<Partial<Record<Kind, Damaged>>>({})
  /** What the browser does not keep. */
  unkept = $state.raw<Partial<Record<Kind, boolean>>>({})

  constructor(props: Props) {
    this.#given = props.feature_labels ?? {}
    this.#proposed = proposedNames(props.responses)
    const { annotations, stories } = props
    this.#told = [...(annotations?.length ? [{ name: "", summary: "", notes: annotations }] : []), ...(stories ?? [])]
    this.#lengths = props.trajectories.values.map((values) => values.length)
    this.#store = new RunStore(runIdentity(props))
    this.heed()
  }

  get stories(): Stories {
    return this.#stories
  }

  set stories(stories: Stories) {
    const [before, after] = [this.#stories, stories].map((all) => JSON.stringify(toFile(plainStories(all))))
    this.#stories = stories
    if (before !== after) this.#keep("notes", toFile(plainStories(stories)))
  }

  /** Of the story on view. */
  get walkthrough(): Walkthrough {
    const { all, current } = this.#stories
    return all[current].walkthrough
  }

  set walkthrough(walkthrough: Walkthrough) {
    this.stories = withWalkthrough(this.#stories, walkthrough)
  }

  /** Take over what another page of the same run has written. */
  heed(): void {
    if (this.#isNews("names")) this.#own = this.#store.read("names", readLabels) ?? {}
    if (this.#isNews("notes")) {
      const stories = this.#store.read("notes", (data) => readStories(data, this.#lengths))
      this.#stories = refreshStories(this.#stories, stories ?? this.#told)
    }
    this.damaged = Object.fromEntries(KINDS.map((kind) => [kind, this.#store.damaged(kind)]).filter(([, found]) => found))
  }

  nameFeature(layer: string, number: number, name: string): void {
    this.#keepNames({ ...this.#own, [layer]: { ...this.#own[layer], [number]: name.trim() } })
  }

  readNames(data: unknown): FeatureLabels {
    return readLabels(data)
  }

  readStories(data: unknown): Story[] {
    return readStories(data, this.#lengths)
  }

  takeNames(names: FeatureLabels, way: Way): void {
    this.#keepNames(way === "merge" ? layLabels(this.#own, names) : replaceLabels(this.#given, names))
  }

  takeStories(stories: Story[], way: Way): void {
    const all = way === "merge" ? mergeStories(plainStories(this.#stories), stories) : stories
    this.stories = refreshStories(this.#stories, all)
  }

  discardDamaged(kind: Kind): void {
    this.#store.discardDamaged(kind)
    this.heed()
  }

  /** Whether the store holds something else than when it was last looked at. */
  #isNews(kind: Kind): boolean {
    const text = this.#store.text(kind)
    if (text === this.#seen[kind]) return false
    this.#seen[kind] = text
    return true
  }

  #keep(kind: Kind, value: unknown): void {
    this.unkept = { ...this.unkept, [kind]: !this.#store.write(kind, value) }
    this.#seen[kind] = this.#store.text(kind)
  }

  #keepNames(names: FeatureLabels): void {
    this.#own = names
    this.#keep("names", names)
  }
}
