// The current view as one picture: what is on the screen, drawn anew at the size of print.
import { sheetFile, sheetOf, locateFrame } from "./frames"
import type { Picture } from "./images"
import type { Sheet } from "./props"

/** One frame of a strip or of sheets, drawn over the ones before it. */
export interface LayerOfScreen {
  directory: string
  file: string
  frame: number
  /** Frames in all. */
  total: number
  sheet?: Sheet
  opacity: number
  grey: boolean
}

export interface Bar {
  name: string
  color: string
  value: number
}

export interface RowPicture {
  title: string
  screens: { title: string; layers: LayerOfScreen[] }[]
  bars: Bar[]
  /** Largest size of a bar. */
  scale: number
  legend: { thumbnails: string; count: number } | null
}

export interface ViewPicture {
  title: string
  subtitle: string
  rows: RowPicture[]
}

const SCREEN = 384
const GAP = 16
const TILE = 72
const BARS = 120
const INK = "#1c1f24"
const FONT = "system-ui, sans-serif"

type Context = CanvasRenderingContext2D

interface Style {
  font?: string
  align?: CanvasTextAlign
  /** Text wider than this is squeezed. */
  width?: number
}

function write(context: Context, text: string, x: number, y: number, style: Style = {}): void {
  const { font = `14px ${FONT}`, align = "left", width } = style
  context.font = font
  context.textAlign = align
  context.fillStyle = INK
  context.fillText(text, x, y, width)
}

const heightOf = (row: RowPicture) =>
  28 + 22 + SCREEN + (row.bars.length ? GAP + BARS : 0) + (row.legend ? TILE + 3 * GAP : 0) + GAP

async function drawScreen(
  context: Context,
  layers: LayerOfScreen[],
  get: (url: string) => Promise<Picture>,
  [x, y]: [number, number],
): Promise<void> {
  for (const { directory, file, frame, total, sheet, opacity, grey } of layers) {
    const picture = await get(directory + sheetFile(file, sheetOf(frame, sheet)))
    const place = locateFrame(file, frame, total, sheet, picture)
    context.filter = grey ? "grayscale(1)" : "none"
    context.globalAlpha = opacity
    context.drawImage(picture.source, place.x, place.y, place.width, place.height, x, y, SCREEN, SCREEN)
  }
  context.filter = "none"
  context.globalAlpha = 1
  context.strokeStyle = "#d9dade"
  context.strokeRect(x + 0.5, y + 0.5, SCREEN - 1, SCREEN - 1)
}

function drawBars(context: Context, row: RowPicture, width: number, y: number): void {
  const column = width / row.bars.length
  const zero = y + BARS / 2
  row.bars.forEach(({ color, value }, i) => {
    const height = ((BARS / 2 - 16) * value) / row.scale
    context.fillStyle = color
    context.fillRect(GAP + (i + 0.25) * column, zero - Math.max(height, 0), column / 2, Math.abs(height))
    const text = value.toPrecision(2).replace("-", "−")
    write(context, text, GAP + (i + 0.5) * column, zero + (value < 0 ? -5 : 15), { font: `12px ${FONT}`, align: "center" })
  })
  context.fillStyle = INK
  context.fillRect(GAP, zero, width, 1)
}

async function drawLegend(
  context: Context,
  row: RowPicture,
  width: number,
  y: number,
  get: (url: string) => Promise<Picture>,
): Promise<void> {
  const { thumbnails, count } = row.legend!
  const column = width / row.bars.length
  const picture = await get(thumbnails)
  const side = picture.width / count
  row.bars.forEach(({ name, color }, i) => {
    const middle = GAP + (i + 0.5) * column
    if (i < count) {
      context.drawImage(picture.source, i * side, 0, side, picture.height, middle - TILE / 2, y, TILE, TILE)
    }
    context.fillStyle = color
    context.fillRect(middle - TILE / 2, y + TILE + 6, 14, 14)
    write(context, name, middle - TILE / 2 + 20, y + TILE + 18, { font: `13px ${FONT}`, width: column - 24 })
  })
}

/** Draws the view; rejects with an Error that names the picture which is missing. */
export async function drawView(view: ViewPicture, get: (url: string) => Promise<Picture>): Promise<HTMLCanvasElement> {
  const columns = Math.max(...view.rows.map((row) => row.screens.length))
  const width = columns * SCREEN + (columns - 1) * GAP
  const canvas = document.createElement("canvas")
  canvas.width = width + 2 * GAP
  canvas.height = 64 + view.rows.reduce((sum, row) => sum + heightOf(row), 0)
  const context = canvas.getContext("2d")!
  context.fillStyle = "#ffffff"
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingEnabled = false
  write(context, view.title, GAP, 28, { font: `600 18px ${FONT}` })
  write(context, view.subtitle, GAP, 50)
  let y = 64
  for (const row of view.rows) {
    write(context, row.title, GAP, y + 18, { font: `600 15px ${FONT}` })
    for (const [i, { title, layers }] of row.screens.entries()) {
      const x = GAP + i * (SCREEN + GAP)
      write(context, title, x, y + 42)
      await drawScreen(context, layers, get, [x, y + 50])
    }
    let below = y + 50 + SCREEN + GAP
    if (row.bars.length) {
      drawBars(context, row, width, below)
      below += BARS
    }
    if (row.legend) await drawLegend(context, row, width, below + GAP, get)
    y += heightOf(row)
  }
  return canvas
}
