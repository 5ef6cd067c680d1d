// The figure as one picture: what is on the screen, drawn anew at the size of print, on white.
import { imageUrl, type Bar, type Figure, type FrameImage, type RowFigure, type Screen } from "./figure"
import { formatSigned } from "./format"
import { locateFrame } from "./frames"
import type { Picture } from "./images"
import type { Legend } from "./legend"
import { lightColor } from "./theme"
import { trustText, waterfall, type Trust } from "./trust"

const SCREEN = 384
const GAP = 16
const TILE = 72
const BARS = 120
const TOP = 64
/** Above the screens of a row: its title, theirs. */
const TITLES = 50
/** Above its bars: what they are. */
const CAPTION = 20

const [PAPER, INK, MUTED, LINE, ACCENT, BLACK] = ["panel", "ink", "muted", "line", "accent", "screen"].map(lightColor)
const FONT = "system-ui, sans-serif"

type Context = CanvasRenderingContext2D
/** Left, top, width, height. */
type Box = [number, number, number, number]
type Get = (url: string) => Promise<Picture>

/** How a row is laid out: width of the figure, height of a screen, whether there is a legend; in pixels. */
interface Layout {
  width: number
  screen: number
  legend: boolean
}

interface Style {
  font?: string
  color?: string
  align?: CanvasTextAlign
  /** Text wider than this is squeezed. */
  width?: number
}

/** Returns the width of the text. */
function write(context: Context, text: string, x: number, y: number, style: Style = {}): number {
  const { font = "14px", color = INK, align = "left", width } = style
  context.font = `${font} ${FONT}`
  context.textAlign = align
  context.fillStyle = color
  context.fillText(text, x, y, width)
  return context.measureText(text).width
}

const heightOf = (row: RowFigure, { screen, legend }: Layout) =>
  row.problem
    ? TITLES + GAP
    : TITLES + screen + (row.bars.length ? GAP + CAPTION + BARS : 0) + (legend ? TILE + 3 * GAP : 0) + GAP

async function drawImage(context: Context, image: FrameImage, get: Get, [x, y, width, height]: Box): Promise<void> {
  const picture = await get(imageUrl(image))
  const place = locateFrame(image.file, image.frame, image.total, image.sheet, picture)
  context.filter = image.grey ? "grayscale(1)" : "none"
  context.globalAlpha = image.opacity
  context.drawImage(picture.source, place.x, place.y, place.width, place.height, x, y, width, height)
  context.filter = "none"
  context.globalAlpha = 1
}

async function drawScreen(context: Context, screen: Screen, get: Get, box: Box): Promise<void> {
  const [x, y, width, height] = box
  const title = write(context, screen.title, x, y - 8, { font: "600 14px" })
  write(context, [screen.note, ...(screen.brightness ? [screen.brightness] : [])].join(", "), x + title + 8, y - 8, { color: MUTED, width: width - title - 8 })
  context.fillStyle = BLACK
  context.fillRect(...box)
  for (const image of screen.images) await drawImage(context, image, get, box)
  if (screen.problem) write(context, screen.problem, x + GAP, y + height / 2, { color: PAPER, width: width - 2 * GAP })
  context.strokeStyle = LINE
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1)
}

/** A rectangle in the colour of a feature; the residual's is grey, and only an outline where the screens leave it out. */
function fillBox(context: Context, { color, shown }: Pick<Bar, "color" | "shown">, box: Box): void {
  const [x, y, width, height] = box
  context.fillStyle = color ?? MUTED
  if (color || shown) return context.fillRect(...box)
  context.strokeStyle = MUTED
  context.setLineDash([4, 3])
  context.strokeRect(x + 0.5, y + 0.5, width - 1, Math.max(height - 1, 0))
  context.setLineDash([])
}

/** The steps from F(0) to F(x), right-aligned at x: a chart, and the sentence. */
function drawTrust(context: Context, trust: Trust, x: number, y: number): void {
  const words = write(context, trustText(trust), x, y + 12, { font: "13px", align: "right", width: 560 })
  const bars = waterfall(trust)
  const left = x - Math.min(words, 560) - bars.length * 14 - 12
  for (const [i, { kind, top, height }] of bars.entries()) {
    const [from, tall] = [y - 6 + 22 * top, Math.max(22 * height, 1.5)]
    context.fillStyle = kind === "features" ? ACCENT : kind === "residual" ? MUTED : INK
    if (kind !== "gap") context.fillRect(left + 14 * i, from, 12, tall)
    else {
      context.strokeStyle = INK
      context.strokeRect(left + 14 * i + 0.5, from, 11, tall)
    }
  }
}

function drawBars(context: Context, { bars, scale, about, trust }: RowFigure, width: number, y: number): void {
  const totals = write(context, "Totals", GAP, y + 12, { font: "600 13px" })
  write(context, about, GAP + totals + 8, y + 12, { font: "13px", color: MUTED })
  if (trust) drawTrust(context, trust, GAP + width, y)
  const column = width / bars.length
  const zero = y + CAPTION + BARS / 2
  bars.forEach((bar, i) => {
    const value = bar.value ?? 0
    const height = ((BARS / 2 - 16) * value) / scale
    context.globalAlpha = bar.faded ? 0.25 : 1
    fillBox(context, bar, [GAP + (i + 0.25) * column, zero - Math.max(height, 0), column / 2, Math.abs(height)])
    const text = formatSigned(bar.value, 2)
    write(context, text, GAP + (i + 0.5) * column, zero + (value < 0 ? -5 : 15), { font: "12px", align: "center" })
  })
  context.globalAlpha = 1
  context.fillStyle = INK
  context.fillRect(GAP, zero, width, 1)
}

/** The legend, each entry below its bar. */
async function drawLegend(context: Context, legend: Legend, bars: Bar[], get: Get, width: number, y: number): Promise<void> {
  const column = width / bars.length
  const picture = await get(legend.thumbnails)
  const side = picture.width / legend.features
  bars.forEach((bar, i) => {
    const left = GAP + (i + 0.5) * column - TILE / 2
    if (i < legend.features) context.drawImage(picture.source, i * side, 0, side, picture.height, left, y, TILE, TILE)
    fillBox(context, bar, [left, y + TILE + 6, 14, 14])
    write(context, bar.name, left + 20, y + TILE + 18, { font: "13px", width: column - 24 })
  })
}

async function drawRow(context: Context, row: RowFigure, layout: Layout, get: Get, y: number): Promise<void> {
  const { width, screen, legend } = layout
  write(context, row.title, GAP, y + 18, { font: "600 15px", width })
  if (row.problem) return void write(context, row.problem, GAP, y + 42, { width })
  for (const [i, one] of row.screens.entries()) {
    await drawScreen(context, one, get, [GAP + i * (SCREEN + GAP), y + TITLES, SCREEN, screen])
  }
  const below = y + TITLES + screen + GAP
  if (row.bars.length) drawBars(context, row, width, below)
  if (legend) await drawLegend(context, row.legend, row.bars, get, width, below + CAPTION + BARS + GAP)
}

/** Draws the figure; rejects with an Error that names the picture which is missing. */
export async function drawFigure({ title, subtitle, rows, ratio, legends }: Figure, get: Get): Promise<HTMLCanvasElement> {
  const columns = Math.max(2, ...rows.map((row) => row.screens.length))
  const width = columns * SCREEN + (columns - 1) * GAP
  const hasLegend = (row: RowFigure) => row.legend.features > 0 && row.bars.length > 0
  const last = rows.findLast(hasLegend)
  const layouts = rows.map((row) => ({
    width,
    screen: Math.round(ratio * SCREEN),
    legend: hasLegend(row) && (legends || row === last),
  }))
  const canvas = document.createElement("canvas")
  canvas.width = width + 2 * GAP
  canvas.height = TOP + rows.reduce((sum, row, i) => sum + heightOf(row, layouts[i]), 0)
  const context = canvas.getContext("2d")!
  context.fillStyle = PAPER
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingEnabled = false
  write(context, title, GAP, 28, { font: "600 18px" })
  write(context, subtitle, GAP, 50)
  let y = TOP
  for (const [i, row] of rows.entries()) {
    await drawRow(context, row, layouts[i], get, y)
    y += heightOf(row, layouts[i])
  }
  return canvas
}
