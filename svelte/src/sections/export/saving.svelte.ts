import { download } from "../../core/download"
import type { Get } from "../../core/picture"
import type { InterfaceState } from "../../state.svelte"

/** A file, or null where the reader thought better of it. */
export type Save = (get: Get) => Promise<{ name: string; content: Blob | string } | null>

/** Hands files to the reader, and says what became of it. */
export class Saving {
  said = $state("")
  busy = $state(false)
  /** What is to be saved once the reader has shown where the pictures are: pages opened from disk may not read them. */
  waiting = $state.raw<Save | null>(null)
  #view: InterfaceState

  constructor(view: InterfaceState) {
    this.#view = view
  }

  async attempt(save: Save, get: Get = (url) => this.#view.pictures.get(url)): Promise<void> {
    this.busy = true
    this.say("")
    try {
      const file = await save(get)
      if (file) download(file.name, file.content)
    } catch (error) {
      if (error instanceof DOMException && error.name === "SecurityError") this.waiting = save
      else this.say((error as Error).message)
    }
    this.busy = false
  }

  /** Go on with pictures from the folder that the reader has chosen. */
  resume(get: Get): void {
    const save = this.waiting
    this.waiting = null
    if (save) void this.attempt(save, get)
  }

  say(text: string): void {
    this.said = text
  }

  /** A name for files of the trajectory on view, without an ending. */
  get name(): string {
    return this.#view.trajectoryName(this.#view.trajectory).replace(/[^\w.-]+/g, "-")
  }
}
