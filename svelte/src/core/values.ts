// What each position of a layer adds to an output: small files, read where the reader points.
import { loadScript } from "./scripts"

/** As the file has it; see run/attribution/values.py. */
export interface PackedValues {
  /** Frames of the sheet, features and the residual, height, width. */
  shape: [number, number, number, number]
  /** The size of a step in each frame: nothing is off by more than half of it. */
  steps: number[]
  /** 8-bit integers, deflated, in base 64. */
  levels: string
}

export interface Values extends Omit<PackedValues, "levels"> {
  levels: Int8Array
}

export async function unpack({ shape, steps, levels }: PackedValues): Promise<Values> {
  const bytes = Uint8Array.from(atob(levels), (letter) => letter.charCodeAt(0))
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))
  return { shape, steps, levels: new Int8Array(await new Response(inflated).arrayBuffer()) }
}

/** Of every channel at a position of a frame of the sheet, the residual's last. */
export function valuesAt({ shape, steps, levels }: Values, frame: number, row: number, column: number): number[] {
  const [, channels, height, width] = shape
  return Array.from({ length: channels }, (_, k) => levels[((frame * channels + k) * height + row) * width + column] * steps[frame])
}

/** Files kept: those of a trajectory may have tens of megabytes once they are unpacked. */
const KEPT = 4

/** The files by name: inside the page, or else scripts beside it, which pages opened from disk may read too. */
export class ValueFiles {
  #preloaded: Record<string, unknown>
  #files = new Map<string, Promise<Values>>()

  constructor(preloaded: Record<string, unknown>) {
    this.#preloaded = preloaded
  }

  /** Rejects with an Error that names the file. */
  get(path: string): Promise<Values> {
    const found = this.#files.get(path) ?? this.#load(path).then(unpack)
    this.#files.delete(path)
    this.#files.set(path, found)
    found.catch(() => this.#files.delete(path))
    const [oldest] = this.#files.keys()
    if (this.#files.size > KEPT) this.#files.delete(oldest)
    return found
  }

  async #load(path: string): Promise<PackedValues> {
    return (path in this.#preloaded ? this.#preloaded[path] : await loadScript(path)) as PackedValues
  }
}
