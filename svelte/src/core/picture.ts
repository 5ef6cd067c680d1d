// The figure as one picture: what is on the screen, drawn anew at the size of print, on white. A canvas or an SVG.
import { imageUrl, type Bar, type Figure, type FrameImage, type RowFigure, type Screen } from "./figure"
import { formatSigned } from "./format"
import { locateFrame } from "./frames"
import type { Picture } from "./images"
import type { Legend } from "./legend"
import { browserTools, canvasSurface, svgFile, svgSurface, type Box, type Surface } from "./surface"
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
/** Below all: where the figure comes from. */
const SOURCE = 22

const [PAPER, INK, MUTED, LINE, ACCENT, BLACK] = ["panel", "ink", "muted", "line", "accent", "screen"].map(lightColor)
/** Fetches a picture by its address. */
export type Get = (url: string) => Promise<Picture>

/** How a row is laid out: width of the figure, height of a screen, whether there is a legend; in pixels. */
interface Layout {
  width: number
  screen: number
  legend: boolean
}

const heightOf = (row: RowFigure, { screen, legend }: Layout) =>
  row.problem
    ? TITLES + GAP
    : TITLES + screen + (row.bars.length ? GAP + CAPTION + BARS : 0) + (legend ? TILE + 3 * GAP : 0) + GAP

async function drawImage(surface: Surface, image: FrameImage, get: Get, box: Box): Promise<void> {
  const picture = await get(imageUrl(image))
  const { x, y, width, height } = locateFrame(image.file, image.frame, image.total, image.sheet, picture)
  surface.image(picture, [x, y, width, height], box, image)
}

async function drawScreen(surface: Surface, screen: Screen, get: Get, box: Box): Promise<void> {
  const [x, y, width, height] = box
  const title = surface.write(screen.title, x, y - 8, { font: "600 14px", color: INK })
  const note = [screen.note, ...(screen.brightness ? [screen.brightness] : [])].join(", ")
  surface.write(note, x + title + 8, y - 8, { color: MUTED, width: width - title - 8 })
  surface.fill(box, BLACK)
  for (const image of screen.images) await drawImage(surface, image, get, box)
  if (screen.problem) surface.write(screen.problem, x + GAP, y + height / 2, { color: PAPER, width: width - 2 * GAP })
  surface.outline(box, LINE)
}

/** A rectangle in the colour of a feature; the residual's is grey, and only an outline where the screens leave it out. */
function fillBox(surface: Surface, { color, shown }: Pick<Bar, "color" | "shown">, box: Box, opacity = 1): void {
  if (color || shown) surface.fill(box, color ?? MUTED, opacity)
  else surface.outline(box, MUTED, true, opacity)
}

/** The steps from F(0) to F(x), right-aligned at x: a chart, and the sentence. */
function drawTrust(surface: Surface, trust: Trust, x: number, y: number): void {
  const words = surface.write(trustText(trust), x, y + 12, { font: "13px", color: INK, align: "right", width: 560 })
  const bars = waterfall(trust)
  const left = x - Math.min(words, 560) - bars.length * 14 - 12
  for (const [i, { kind, top, height }] of bars.entries()) {
    const box: Box = [left + 14 * i, y - 6 + 22 * top, 12, Math.max(22 * height, 1.5)]
    if (kind === "gap") surface.outline(box, INK)
    else surface.fill(box, kind === "features" ? ACCENT : kind === "residual" ? MUTED : INK)
  }
}

function drawBars(surface: Surface, { bars, scale, about, trust }: RowFigure, width: number, y: number): void {
  const totals = surface.write("Totals", GAP, y + 12, { font: "600 13px", color: INK })
  surface.write(about, GAP + totals + 8, y + 12, { font: "13px", color: MUTED })
  if (trust) drawTrust(surface, trust, GAP + width, y)
  const column = width / bars.length
  const zero = y + CAPTION + BARS / 2
  bars.forEach((bar, i) => {
    const value = bar.value ?? 0
    const height = ((BARS / 2 - 16) * value) / scale
    const opacity = bar.faded ? 0.25 : 1
    fillBox(surface, bar, [GAP + (i + 0.25) * column, zero - Math.max(height, 0), column / 2, Math.abs(height)], opacity)
    const style = { font: "12px", color: INK, align: "center", opacity } as const
    surface.write(formatSigned(bar.value, 2), GAP + (i + 0.5) * column, zero + (value < 0 ? -5 : 15), style)
  })
  surface.fill([GAP, zero, width, 1], INK)
}

/** The legend, each entry below its bar. */
async function drawLegend(surface: Surface, legend: Legend, bars: Bar[], get: Get, width: number, y: number): Promise<void> {
  const column = width / bars.length
  const picture = await get(legend.thumbnails)
  const side = picture.width / legend.features
  bars.forEach((bar, i) => {
    const left = GAP + (i + 0.5) * column - TILE / 2
    if (i < legend.features) surface.image(picture, [i * side, 0, side, picture.height], [left, y, TILE, TILE])
    fillBox(surface, bar, [left, y + TILE + 6, 14, 14])
    surface.write(bar.name, left + 20, y + TILE + 18, { font: "13px", color: INK, width: column - 24 })
  })
}

async function drawRow(surface: Surface, row: RowFigure, layout: Layout, get: Get, y: number): Promise<void> {
  const { width, screen, legend } = layout
  surface.write(row.title, GAP, y + 18, { font: "600 15px", color: INK, width })
  if (row.problem) return void surface.write(row.problem, GAP, y + 42, { color: INK, width })
  for (const [i, one] of row.screens.entries()) {
    await drawScreen(surface, one, get, [GAP + i * (SCREEN + GAP), y + TITLES, SCREEN, screen])
  }
  const below = y + TITLES + screen + GAP
  if (row.bars.length) drawBars(surface, row, width, below)
  if (legend) await drawLegend(surface, row.legend, row.bars, get, width, below + CAPTION + BARS + GAP)
}

/** How the rows are laid out, and the size of the whole. */
function layOut({ rows, ratio, legends, source }: Figure) {
  const columns = Math.max(2, ...rows.map((row) => row.screens.length))
  const width = columns * SCREEN + (columns - 1) * GAP
  const hasLegend = (row: RowFigure) => row.legend.features > 0 && row.bars.length > 0
  const last = rows.findLast(hasLegend)
  const layouts = rows.map((row): Layout => ({
    width,
    screen: Math.round(ratio * SCREEN),
    legend: hasLegend(row) && (legends || row === last),
  }))
  const height = TOP + rows.reduce((sum, row, i) => sum + heightOf(row, layouts[i]), 0) + (source ? SOURCE : 0)
  return { layouts, width: width + 2 * GAP, height }
}

/** Width and height of the figure, in pixels at scale 1. */
export function sizeOf(figure: Figure): { width: number; height: number } {
  const { width, height } = layOut(figure)
  return { width, height }
}

/** Draws the figure on a surface that is large enough; rejects with an Error that names the picture which is missing. */
export async function drawOn(surface: Surface, figure: Figure, get: Get): Promise<void> {
  const { title, subtitle, rows, source } = figure
  const { layouts, width, height } = layOut(figure)
  surface.fill([0, 0, width, height], PAPER)
  surface.write(title, GAP, 28, { font: "600 18px", color: INK })
  surface.write(subtitle, GAP, 50, { color: INK })
  let y = TOP
  for (const [i, row] of rows.entries()) {
    await drawRow(surface, row, layouts[i], get, y)
    y += heightOf(row, layouts[i])
  }
  if (source) surface.write(source, GAP, height - 12, { font: "11px", color: MUTED, width: width - 2 * GAP })
}

/** The figure as a canvas of so many pixels for each of scale 1. */
export async function drawFigure(figure: Figure, get: Get, scale = 1): Promise<HTMLCanvasElement> {
  const { width, height } = sizeOf(figure)
  const { canvas, surface } = canvasSurface(width, height, scale)
  await drawOn(surface, figure, get)
  return canvas
}

/** The figure as an SVG file, with its pictures inside. */
export async function svgFigure(figure: Figure, get: Get): Promise<string> {
  const { measure, cut } = browserTools()
  const { surface, elements } = svgSurface(measure, cut)
  await drawOn(surface, figure, get)
  const { width, height } = sizeOf(figure)
  const description = [figure.subtitle, ...figure.rows.map((row) => row.title), ...(figure.source ? [figure.source] : [])]
  return svgFile(width, height, figure.title, description.join(". "), elements)
}
