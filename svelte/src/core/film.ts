// A film of figures: GIF, or WebM as the browser records it.
import type { Figure } from "./figure"
import { GifMaker } from "./gif"
import { drawOn, sizeOf, type Get } from "./picture"
import { canvasSurface } from "./surface"

export interface Film {
  /** One after the other. */
  figures: Figure[]
  /** Frames a second. */
  speed: number
  /** Pixels for each of a figure. */
  scale: number
}

/** How far it is, from 0 to 1; returns whether to go on. */
export type Follow = (part: number) => boolean

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** Draw one figure after the other on one canvas, as large as the largest of them. */
async function drawEach({ figures, scale }: Film, get: Get, follow: Follow, begin: (canvas: HTMLCanvasElement) => void, then: () => Promise<void>): Promise<boolean> {
  const sizes = figures.map(sizeOf)
  const [width, height] = [Math.max(...sizes.map((size) => size.width)), Math.max(...sizes.map((size) => size.height))]
  const { canvas, surface } = canvasSurface(width, height, scale)
  begin(canvas)
  for (const [i, figure] of figures.entries()) {
    surface.fill([0, 0, width, height], "#ffffff")
    await drawOn(surface, figure, get)
    await then()
    // The page is drawn, and answers, in between.
    await wait(0)
    if (!follow((i + 1) / figures.length)) return false
  }
  return true
}

/** The film as a GIF; null where it was not to go on. Rejects with an Error that names the picture which is missing. */
export async function gifOf(film: Film, get: Get, follow: Follow): Promise<Blob | null> {
  let maker!: GifMaker
  let canvas!: HTMLCanvasElement
  const begin = (made: HTMLCanvasElement) => {
    canvas = made
    maker = new GifMaker(made.width, made.height)
  }
  const whole = await drawEach(film, get, follow, begin, async () => {
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height)
    maker.add(data, 1 / film.speed)
  })
  return whole ? new Blob([maker.finish() as BlobPart], { type: "image/gif" }) : null
}

const WEBM = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"]
/** The kind of WebM that this browser records; null where it records none. */
export const webmType = () =>
  typeof MediaRecorder === "undefined" ? null : (WEBM.find((type) => MediaRecorder.isTypeSupported(type)) ?? null)

/** Milliseconds. */
const SETTLING = 200
const BITS_A_SECOND = 8_000_000

/** The film as WebM, recorded while it plays, so that it takes as long as it lasts; null where it was not to go on. */
export async function webmOf(film: Film, get: Get, follow: Follow): Promise<Blob | null> {
  const type = webmType()
  if (!type) throw new Error("This browser records no WebM: save a GIF.")
  const parts: Blob[] = []
  let recorder!: MediaRecorder
  let track!: CanvasCaptureMediaStreamTrack
  let started!: Promise<void>
  let due: number | null = null
  const pause = () => {
    due = Math.max((due ?? performance.now()) + 1000 / film.speed, performance.now())
    return wait(due - performance.now())
  }
  const begin = (canvas: HTMLCanvasElement) => {
    const stream = canvas.captureStream(0)
    track = stream.getVideoTracks()[0] as CanvasCaptureMediaStreamTrack
    recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: BITS_A_SECOND })
    recorder.ondataavailable = ({ data }) => parts.push(data)
    started = new Promise((resolve) => (recorder.onstart = () => resolve()))
    recorder.start()
  }
  try {
    const whole = await drawEach(film, get, follow, begin, async () => {
      track.requestFrame()
      // It starts with the first frame.
      await started
      await pause()
    })
    // The last frame lasts as long as the others; what was captured reaches the recorder a moment later.
    track.requestFrame()
    await wait(SETTLING)
    await new Promise<void>((resolve) => {
      recorder.onstop = () => resolve()
      recorder.stop()
    })
    const recorded = new Blob(parts, { type: "video/webm" })
    if (whole && !recorded.size) throw new Error("This browser recorded nothing: save a GIF.")
    return whole ? recorded : null
  } finally {
    if (recorder && recorder.state !== "inactive") recorder.stop()
  }
}
