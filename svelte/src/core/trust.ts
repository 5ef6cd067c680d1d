import { formatPercent, formatSigned } from "./format"

export interface Trust {
  /**
   * What is to be explained: F(x) − F0, F0 the output with the layer zeroed; null where the data does not give F0, 0
   * where it is but rounding.
   */
  difference: number | null
  features: number
  residual: number
  gap: number | null
}

/** Numbers of 32 bits that differ by no more than this part of them may be the same. */
const ROUNDING = 1e-6

/** Parts of F(x) − F0 = features + residual + gap at one frame. */
export function trustAt(
  frame: number,
  totals: { channels: number[][]; residual: number[] },
  gaps: { baseline: number; gaps: number[] } | null,
): Trust {
  const features = (totals.channels[frame] ?? []).reduce((sum, value) => sum + value, 0)
  const residual = totals.residual[frame]
  const gap = gaps?.gaps[frame] ?? null
  const sum = features + residual + (gap ?? 0)
  const isRounding = Math.abs(sum) <= ROUNDING * Math.abs(gaps?.baseline ?? 0)
  return { difference: gap === null ? null : isRounding ? 0 : sum, features, residual, gap }
}

/** A piece of the sentence that says how far attribution accounts for the output: a word, its number, what follows. */
export interface TrustPart {
  word: string
  number: string
  end: string
}

/** The sentence; symbol: V of the value function, F of other outputs; whole: of attribution that has no features. */
export function trustParts({ difference, features, residual, gap }: Trust, symbol: string, whole: boolean): TrustPart[] {
  if (difference === null) {
    return [
      { word: "features", number: formatSigned(features), end: "," },
      { word: "residual", number: formatSigned(residual), end: "," },
      { word: "integration gap", number: "unknown", end: "" },
    ]
  }
  const explained = `${symbol}(x) − ${symbol}(0) =`
  if (difference === 0) return [{ word: explained, number: "0", end: ": nothing to explain" }]
  const share = (part: number) => formatPercent(part / difference)
  return [
    { word: explained, number: formatSigned(difference), end: ":" },
    ...(whole ? [] : [{ word: "features", number: share(features), end: "," }]),
    { word: whole ? "attribution" : "residual", number: share(residual), end: "," },
    { word: "integration gap", number: share(gap ?? 0), end: "" },
  ]
}
