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
