import type { FeatureImages } from "./props"

export interface Cell {
  row: number
  column: number
}

/** Size of a grid of patches. */
export interface Cells {
  rows: number
  columns: number
}

export const gridSize = (grid: number[][]): Cells => ({ rows: grid.length, columns: grid[0].length })

/** The features before and after one, among those of its layer that have pictures; null at the ends. */
export function neighbours(features: FeatureImages[], { layer, number }: FeatureImages) {
  const own = features.filter((feature) => feature.layer === layer).sort((a, b) => a.number - b.number)
  const at = own.findIndex((feature) => feature.number === number)
  return { previous: own[at - 1] ?? null, next: own[at + 1] ?? null }
}

const distinct = (values: number[]) => [...new Set(values)].sort((a, b) => a - b)

/** Settings of the two sliders: patches (subdivision) and zoom (expansion), in rising order. */
export function sliderStops(feature: FeatureImages): { subdiv: number[]; expand: number[] } {
  const { subdiv_mult, expand_mult } = feature.metadata
  return { subdiv: distinct(subdiv_mult), expand: distinct(expand_mult) }
}

/** Number of the image nearest to the wanted setting (in ratio; the subdivision counts first). */
export function gridIndex(feature: FeatureImages, subdiv: number, expand: number): number {
  const { subdiv_mult, expand_mult } = feature.metadata
  const far = (i: number) =>
    1000 * Math.abs(Math.log(subdiv_mult[i] / subdiv)) + Math.abs(Math.log(expand_mult[i] / expand))
  return feature.images.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0)
}

/** The next stop above or below, or the same at the end. */
export function nextStop(stops: number[], value: number, step: 1 | -1): number {
  return stops[Math.min(Math.max(stops.indexOf(value) + step, 0), stops.length - 1)]
}

/** The cell under a point, x and y in fractions of the image. */
export function cellAt(x: number, y: number, cells: Cells): Cell {
  const inside = (fraction: number, count: number) => Math.min(Math.max(Math.floor(fraction * count), 0), count - 1)
  return { row: inside(y, cells.rows), column: inside(x, cells.columns) }
}
