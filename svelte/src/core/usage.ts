import type { Totals } from "./totals"

/** How much a feature does, over all frames of which the totals are. */
export interface Usage {
  frames: number
  /** Of the sizes of all totals, the residual's among them; null where all are zero. */
  share: number | null
  /** What it adds to the output and takes from it in a frame, on average. */
  adds: number
  takes: number
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

export function usageOf(all: Totals[], feature: number): Usage {
  const own = all.flatMap(({ channels }) => channels.map((row) => row[feature] ?? 0))
  const size = (values: number[]) => sum(values.map(Math.abs))
  const whole = sum(all.map(({ channels, residual }) => sum(channels.map(size)) + size(residual)))
  const mean = (values: number[]) => (own.length ? sum(values) / own.length : 0)
  return {
    frames: own.length,
    share: whole ? size(own) / whole : null,
    adds: mean(own.map((value) => Math.max(value, 0))),
    takes: mean(own.map((value) => Math.min(value, 0))),
  }
}
