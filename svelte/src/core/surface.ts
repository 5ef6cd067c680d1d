// What figures are drawn on: a canvas, or an SVG that says the same.
import type { Picture } from "./images"

/** Left, top, width, height. */
export type Box = [number, number, number, number]

export interface TextStyle {
  font?: string
  color?: string
  align?: "left" | "center" | "right"
  /** Text wider than this is squeezed. */
  width?: number
  opacity?: number
}

export interface ImageStyle {
  grey?: boolean
  opacity?: number
}

export interface Surface {
  /** Returns the width of the text. */
  write(text: string, x: number, y: number, style?: TextStyle): number
  fill(box: Box, color: string, opacity?: number): void
  outline(box: Box, color: string, dashed?: boolean, opacity?: number): void
  /** A part of a picture, its pixels with hard edges. */
  image(picture: Picture, part: Box, box: Box, style?: ImageStyle): void
}

export const FAMILY = "system-ui, sans-serif"
const INK = "#000000"
const FONT = "14px"
const DASHES = [4, 3]

/** A canvas of this size, and a surface on it; `scale`: pixels for each unit. */
export function canvasSurface(width: number, height: number, scale: number): { canvas: HTMLCanvasElement; surface: Surface } {
  const canvas = document.createElement("canvas")
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext("2d", { willReadFrequently: true })
  if (!context) throw new Error("The picture is too large for this browser.")
  context.scale(scale, scale)
  return { canvas, surface: onContext(context) }
}

export function onContext(context: CanvasRenderingContext2D): Surface {
  context.imageSmoothingEnabled = false
  const faintly = (opacity: number, draw: () => void) => {
    context.globalAlpha = opacity
    draw()
    context.globalAlpha = 1
  }
  return {
    write(text, x, y, { font = FONT, color = INK, align = "left", width, opacity = 1 } = {}) {
      context.font = `${font} ${FAMILY}`
      context.textAlign = align
      context.fillStyle = color
      faintly(opacity, () => context.fillText(text, x, y, width))
      return context.measureText(text).width
    },
    fill(box, color, opacity = 1) {
      context.fillStyle = color
      faintly(opacity, () => context.fillRect(...box))
    },
    outline([x, y, width, height], color, dashed = false, opacity = 1) {
      context.strokeStyle = color
      context.setLineDash(dashed ? DASHES : [])
      faintly(opacity, () => context.strokeRect(x + 0.5, y + 0.5, width - 1, Math.max(height - 1, 0)))
      context.setLineDash([])
    },
    image({ source }, part, box, { grey = false, opacity = 1 } = {}) {
      context.filter = grey ? "grayscale(1)" : "none"
      faintly(opacity, () => context.drawImage(source, ...part, ...box))
      context.filter = "none"
    },
  }
}

const escape = (text: string) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
/** To a hundredth: enough for any print. */
const at = (value: number) => `${Math.round(100 * value) / 100}`
const placed = ([x, y, width, height]: Box) => `x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}"`
const faint = (opacity: number) => (opacity === 1 ? "" : ` opacity="${at(opacity)}"`)
const ANCHORS = { left: "start", center: "middle", right: "end" }

/** Width of a text in a font. */
export type Measure = (text: string, font: string) => number
/** Address (data:) of a picture of a part of another, in its own size. */
export type Cut = (picture: Picture, part: Box, grey: boolean) => string

/** A surface that collects the elements of an SVG. measure, cut: the browser's, see `browserTools`. */
export function svgSurface(measure: Measure, cut: Cut): { surface: Surface; elements: string[] } {
  const elements: string[] = []
  const surface: Surface = {
    write(text, x, y, { font = FONT, color = INK, align = "left", width, opacity = 1 } = {}) {
      const [weight, size] = font.includes(" ") ? font.split(" ") : ["400", font]
      const natural = measure(text, `${font} ${FAMILY}`)
      const squeezed = width !== undefined && natural > width ? ` textLength="${at(width)}" lengthAdjust="spacingAndGlyphs"` : ""
      const anchor = align === "left" ? "" : ` text-anchor="${ANCHORS[align]}"`
      const look = `font-size="${size}" font-weight="${weight}" fill="${color}"${anchor}${squeezed}${faint(opacity)}`
      elements.push(`<text x="${at(x)}" y="${at(y)}" ${look}>${escape(text)}</text>`)
      return natural
    },
    fill(box, color, opacity = 1) {
      elements.push(`<rect ${placed(box)} fill="${color}"${faint(opacity)}/>`)
    },
    outline([x, y, width, height], color, dashed = false, opacity = 1) {
      const box: Box = [x + 0.5, y + 0.5, width - 1, Math.max(height - 1, 0)]
      const dashes = dashed ? ` stroke-dasharray="${DASHES.join(" ")}"` : ""
      elements.push(`<rect ${placed(box)} fill="none" stroke="${color}"${dashes}${faint(opacity)}/>`)
    },
    image(picture, part, box, { grey = false, opacity = 1 } = {}) {
      const look = `preserveAspectRatio="none" style="image-rendering:pixelated"${faint(opacity)}`
      elements.push(`<image ${placed(box)} ${look} href="${cut(picture, part, grey)}"/>`)
    },
  }
  return { surface, elements }
}

/** The file of an SVG; title and description are for those who do not see it. */
export function svgFile(width: number, height: number, title: string, description: string, elements: string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${at(width)}" height="${at(height)}" viewBox="0 0 ${at(width)} ${at(height)}" font-family="${FAMILY}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<desc>${escape(description)}</desc>`,
    ...elements,
    "</svg>\n",
  ].join("\n")
}

/** What an SVG needs of the browser. */
export function browserTools(): { measure: Measure; cut: Cut } {
  const context = document.createElement("canvas").getContext("2d")!
  return {
    measure(text, font) {
      context.font = font
      return context.measureText(text).width
    },
    cut(picture, [x, y, width, height], grey) {
      const { canvas, surface } = canvasSurface(width, height, 1)
      surface.image(picture, [x, y, width, height], [0, 0, canvas.width, canvas.height], { grey })
      return canvas.toDataURL()
    },
  }
}
