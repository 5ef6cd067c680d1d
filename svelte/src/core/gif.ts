// GIF from frames of a canvas, by gifenc; of each frame only what differs from the one before is written.
import { applyPalette, GIFEncoder, quantize } from "gifenc"

type Pixels = Uint8ClampedArray<ArrayBufferLike>

/** One index stands for what stays as it is. */
const COLOURS = 255

/** Indices of the pixels that differ; of all of them where there is no frame before. */
export function changed(pixels: Uint32Array, before: Uint32Array | null): number[] {
  const found: number[] = []
  for (let i = 0; i < pixels.length; i++) if (!before || pixels[i] !== before[i]) found.push(i)
  return found
}

export class GifMaker {
  #encoder = GIFEncoder()
  #width: number
  #height: number
  #before: Uint32Array | null = null

  /** All frames have this size, in pixels. */
  constructor(width: number, height: number) {
    this.#width = width
    this.#height = height
  }

  /** Add a frame, as a canvas gives it. GIF counts time in hundredths of a second. */
  add(rgba: Pixels, seconds: number): void {
    const pixels = new Uint32Array(rgba.slice().buffer)
    const places = changed(pixels, this.#before)
    this.#before = pixels
    const news = Uint32Array.from(places, (place) => pixels[place])
    const bytes = new Uint8Array(news.buffer)
    const palette = places.length ? quantize(bytes, COLOURS) : [[0, 0, 0]]
    const indices = new Uint8Array(pixels.length).fill(palette.length)
    if (places.length) applyPalette(bytes, palette).forEach((index, i) => (indices[places[i]] = index))
    this.#encoder.writeFrame(indices, this.#width, this.#height, {
      palette: [...palette, [0, 0, 0]],
      delay: Math.max(20, Math.round(100 * seconds) * 10),
      transparent: true,
      transparentIndex: palette.length,
      dispose: 1,
    })
  }

  finish(): Uint8Array {
    this.#encoder.finish()
    return this.#encoder.bytes()
  }
}
