import type { Sheet } from "./props"

export interface FrameSource {
  /** File of the sheet that the frame lies on. */
  file: string
  x: number
  y: number
  width: number
  height: number
}

/** File of sheet k: `0.png`, `0-1.png`, `0-2.png`, … */
export function sheetFile(file: string, sheet: number): string {
  return sheet === 0 ? file : file.replace(/(\.[^.]*)?$/, `-${sheet}$1`)
}

/** Number of the sheet that frame t lies on; without a layout all frames are in one row. */
export function sheetOf(frame: number, sheet: Sheet | undefined): number {
  return sheet ? Math.floor(frame / (sheet.columns * sheet.rows)) : 0
}

/** Where frame t of `total` lies, in pixels of its sheet. `size`: the sheet's own width and height. */
export function locateFrame(
  file: string,
  frame: number,
  total: number,
  sheet: Sheet | undefined,
  size: { width: number; height: number },
): FrameSource {
  if (!sheet) {
    const width = size.width / total
    return { file, x: frame * width, y: 0, width, height: size.height }
  }
  return {
    file: sheetFile(file, sheetOf(frame, sheet)),
    x: (frame % sheet.columns) * sheet.width,
    y: (Math.floor(frame / sheet.columns) % sheet.rows) * sheet.height,
    width: sheet.width,
    height: sheet.height,
  }
}

/** The frames of a film, both ends included, in order whichever is given first, and within what there is. */
export function framesOf(from: number, to: number, total: number): number[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)].map((frame) => Math.min(Math.max(Math.round(frame), 0), total - 1))
  return Array.from({ length: high - low + 1 }, (_, i) => low + i)
}
