import type { Cell } from "./features"
import { formatNumber, formatSigned } from "./format"
import type { LegendEntry } from "./legend"

/** A place on the screens, in fractions of their width and height. */
export interface Point {
  x: number
  y: number
}

/** What a feature, or the residual, adds to the output at a place. */
export interface Part {
  entry: LegendEntry
  value: number
  text: string
}

export interface Breakdown {
  title: string
  /** Those that add something, the largest first. */
  parts: Part[]
  /** Of all of them. */
  sum: string
  /** How exact each is. */
  accuracy: string
}

const size = ({ value }: Part) => Math.abs(value)

/** values: of every channel at the cell, the residual's last; step: between levels that are told apart; factor, unit: of the output. */
export function breakdown(entries: LegendEntry[], cell: Cell, values: number[], step: number, factor: number, unit: string): Breakdown {
  const parts = entries.map((entry, k): Part => {
    const value = (values[k] ?? 0) * factor
    return { entry, value, text: formatSigned(value, 2) + unit }
  })
  return {
    title: `row ${cell.row + 1}, column ${cell.column + 1}`,
    parts: parts.filter((part) => part.value !== 0).sort((a, b) => size(b) - size(a)),
    sum: formatSigned(parts.reduce((sum, { value }) => sum + value, 0), 2) + unit,
    accuracy: `each ±${formatNumber((step * factor) / 2, 1)}${unit}`,
  }
}

/** The middle of a cell. */
export const pointOf = ({ row, column }: Cell, rows: number, columns: number): Point => ({
  x: (column + 0.5) / columns,
  y: (row + 0.5) / rows,
})

const THOUSAND = 1000

/** As it stands in addresses: in thousandths of width and height. */
export const writePoint = ({ x, y }: Point) => [x, y].map((part) => Math.round(THOUSAND * part)).join("~")

export function readPoint(text: string | null): Point | null {
  const found = /^(\d{1,4})~(\d{1,4})$/.exec(text ?? "")
  const [x, y] = (found ?? []).slice(1).map((part) => Number(part) / THOUSAND)
  return found && x <= 1 && y <= 1 ? { x, y } : null
}
