import { formatNumber } from "./format"

/** What the features of a layer respond to: how many times as active they are around objects as on average. */
export interface Responses {
  /** Kinds of object, by name. */
  kinds: string[]
  /** How many objects of each kind were seen, in so many observations of so many episodes. */
  objects: number[]
  observations: number
  episodes: number
  /** A row for each feature with a number for each kind; low and high are the ends of 95 % intervals. */
  features: Record<"ratio" | "low" | "high", (number | null)[][]>
  /** Names that this proposes: number of the direction, from 0 → name. */
  names: Record<string, string>
}

/** The mean share of the value's |attribution| to a layer that so many pairs of position and feature hold in a frame. */
export interface Sparsity {
  pairs: number
  share: number
}

/** What a feature does around one kind of object. */
export interface ResponseRow {
  kind: string
  ratio: string
  /** The ends of the 95 % interval, empty where they are not known. */
  interval: string
}

/** The kinds of object of which it is known how active a feature is around them, the most exciting first. */
export function responseRows({ kinds, features: { ratio, low, high } }: Responses, feature: number): ResponseRow[] {
  return kinds
    .map((kind, k) => ({ kind, ratio: ratio[feature]?.[k], low: low[feature]?.[k], high: high[feature]?.[k] }))
    .filter((row) => typeof row.ratio === "number")
    .sort((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0))
    .map((row) => ({
      kind: row.kind,
      ratio: formatNumber(row.ratio),
      interval:
        typeof row.low === "number" && typeof row.high === "number"
          ? `${formatNumber(row.low)} to ${formatNumber(row.high)}`
          : "",
    }))
}
