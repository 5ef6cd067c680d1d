import { mergeLabels, readLabels, readNotes } from "./core/labels"
import type { FeatureLabels, Props } from "./core/props"
import { recall, remember } from "./core/storage"
import { begin, replace, type Walkthrough } from "./core/walkthrough"

function kept<T>(name: string, read: (data: unknown) => T, fallback: T): T {
  const data = recall<unknown>(name, null)
  try {
    return data === null ? fallback : read(data)
  } catch {
    // Kept by another version, or for other data at the same address.
    return fallback
  }
}

/** What the reader writes: names of features and notes on frames. The browser keeps them; they go before the data's. */
export class Writings {
  #given: FeatureLabels
  #lengths: number[]
  /** Names that the reader gave; an empty one hides the data's. */
  #own = $state<FeatureLabels>({})
  names = $derived.by(() => mergeLabels(this.#given, this.#own))
  #walkthrough = $state.raw<Walkthrough>(begin([]))

  constructor(props: Props) {
    this.#given = props.feature_labels ?? {}
    this.#lengths = props.trajectories.values.map((values) => values.length)
    this.#own = kept("names", readLabels, {})
    this.#walkthrough = begin(kept("notes", (data) => readNotes(data, this.#lengths), props.annotations ?? []))
  }

  get walkthrough(): Walkthrough {
    return this.#walkthrough
  }

  set walkthrough(walkthrough: Walkthrough) {
    if (walkthrough.notes !== this.#walkthrough.notes) remember("notes", walkthrough.notes)
    this.#walkthrough = walkthrough
  }

  nameFeature(layer: string, number: number, name: string): void {
    this.#keepNames({ ...this.#own, [layer]: { ...this.#own[layer], [number]: name.trim() } })
  }

  takeNames(data: unknown): void {
    this.#keepNames(mergeLabels(this.#own, readLabels(data)))
  }

  takeNotes(data: unknown): void {
    this.walkthrough = replace(this.walkthrough, readNotes(data, this.#lengths))
  }

  #keepNames(names: FeatureLabels): void {
    this.#own = names
    remember("names", names)
  }
}
