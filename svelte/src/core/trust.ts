export interface Trust {
  /** What is to be explained: F(x) − F0, F0 the output with the layer zeroed; null where the data does not give F0. */
  difference: number | null
  features: number
  residual: number
  gap: number | null
}

/** Parts of F(x) − F0 = features + residual + gap at one frame. */
export function trustAt(
  frame: number,
  totals: { channels: number[][]; residual: number[] },
  gaps: { gaps: number[] } | null,
): Trust {
  const features = (totals.channels[frame] ?? []).reduce((sum, value) => sum + value, 0)
  const residual = totals.residual[frame]
  const gap = gaps?.gaps[frame] ?? null
  return { difference: gap === null ? null : features + residual + gap, features, residual, gap }
}
