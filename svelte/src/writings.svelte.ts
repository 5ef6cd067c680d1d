import { runIdentity } from "./core/identity"
import { layLabels, mergeLabels, mergeNotes, readLabels, readNotes, replaceLabels } from "./core/labels"
import type { Annotation, FeatureLabels, Props } from "./core/props"
import { RunStore, type Damaged } from "./core/storage"
import { begin, refresh, type Walkthrough } from "./core/walkthrough"

/** What is imported goes to what there is, or in its place. */
export type Way = "merge" | "replace"
export const KINDS = ["names", "notes"] as const
export type Kind = (typeof KINDS)[number]

/** What the reader writes: names of features and notes on frames. The browser keeps them; they go before the data's. */
export class Writings {
  #given: FeatureLabels
  #annotations: Annotation[]
  #lengths: number[]
  #store: RunStore
  /** What the store held of each when it was last read or written. */
  #seen: Partial<Record<Kind, string | null>> = {}
  /** Names that the reader gave; an empty one hides the data's. */
  #own = $state.raw<FeatureLabels>({})
  names = $derived.by(() => mergeLabels(this.#given, this.#own))
  #walkthrough = $state.raw<Walkthrough>(begin([]))
  /** What was kept and cannot be read. */
  damaged = $state.raw<Partial<Record<Kind, Damaged>>>({})
  /** What the browser does not keep. */
  unkept = $state.raw<Partial<Record<Kind, boolean>>>({})

  constructor(props: Props) {
    this.#given = props.feature_labels ?? {}
    this.#annotations = props.annotations ?? []
    this.#lengths = props.trajectories.values.map((values) => values.length)
    this.#store = new RunStore(runIdentity(props))
    this.heed()
  }

  get walkthrough(): Walkthrough {
    return this.#walkthrough
  }

  set walkthrough(walkthrough: Walkthrough) {
    if (walkthrough.notes !== this.#walkthrough.notes) this.#keep("notes", walkthrough.notes)
    this.#walkthrough = walkthrough
  }

  /** Take over what another page of the same run has written. */
  heed(): void {
    if (this.#isNews("names")) this.#own = this.#store.read("names", readLabels) ?? {}
    if (this.#isNews("notes")) {
      const notes = this.#store.read("notes", (data) => readNotes(data, this.#lengths))
      this.#walkthrough = refresh(this.#walkthrough, notes ?? this.#annotations)
    }
    this.damaged = Object.fromEntries(KINDS.map((kind) => [kind, this.#store.damaged(kind)]).filter(([, found]) => found))
  }

  nameFeature(layer: string, number: number, name: string): void {
    this.#keepNames({ ...this.#own, [layer]: { ...this.#own[layer], [number]: name.trim() } })
  }

  readNames(data: unknown): FeatureLabels {
    return readLabels(data)
  }

  readNotes(data: unknown): Annotation[] {
    return readNotes(data, this.#lengths)
  }

  takeNames(names: FeatureLabels, way: Way): void {
    this.#keepNames(way === "merge" ? layLabels(this.#own, names) : replaceLabels(this.#given, names))
  }

  takeNotes(notes: Annotation[], way: Way): void {
    const { walkthrough } = this
    this.walkthrough = refresh(walkthrough, way === "merge" ? mergeNotes(walkthrough.notes, notes) : notes)
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
