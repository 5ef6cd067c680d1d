import { formatFixed, formatNumber } from "./format"
import type { Integration } from "./props"

/** What attribution at a frame accounts for: F(x) = F0 + features + residual + gap, F0 the output with the layer zeroed. */
export interface Accounted {
  /** The output at the frame; null where the data does not have it. */
  output: number | null
  features: number
  residual: number
  /** What numerical integration misses; null where the data does not tell. */
  gap: number | null
  /** Whether F(x) − F0 is but rounding. */
  isRounding: boolean
}

/** A step from F0 to F(x), or one of these two. */
export interface TrustStep {
  kind: "level" | "features" | "residual" | "gap"
  word: string
  /** Signed, unless it is a level. */
  number: string
  /** Where it begins and ends, from F0 on. */
  from: number
  to: number
}

/** How far attribution accounts for the output: steps from F0 to F(x). */
export interface Trust {
  /** Without F0 and F(x) where the data does not give them. */
  steps: TrustStep[]
  /** A plain word on it. */
  remark: string | null
}

/** How attribution was integrated, in a sentence; data made before that was told took evenly spaced points. */
export function integrationText(integration: Integration | undefined): string {
  if (!integration) return "Integrated over evenly spaced points."
  const { rule, points } = integration
  if (rule === "right") return `Integrated over ${points} evenly spaced points (attr_rule right).`
  return `Integrated over ${points} points, and more where over a tenth would be missing (attr_rule adaptive).`
}

type Sums = { channels: number[][]; residual: number[] }
type Gaps = { baseline: number; gaps: number[] } | null

/** Numbers of 32 bits that differ by no more than this part of them may be the same. */
const ROUNDING = 1e-6

/** A gap is large when it is more than this part of what is explained, or of the largest of what explains it. */
const LARGE = 0.25
export const LARGE_GAP = "large gap: raise attr_integrate_steps"
const NOTHING = "nothing to explain"

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

export function accountFor(frame: number, totals: Sums, gaps: Gaps, output: number | null): Accounted {
  const features = sum(totals.channels[frame] ?? [])
  const residual = totals.residual[frame]
  const gap = gaps?.gaps[frame] ?? null
  const difference = features + residual + (gap ?? 0)
  return {
    output: output ?? (gaps ? gaps.baseline + difference : null),
    features,
    residual,
    gap,
    isRounding: gap !== null && Math.abs(difference) <= ROUNDING * Math.abs(gaps!.baseline),
  }
}

export const isLarge = ({ features, residual, gap }: Accounted) =>
  gap !== null && Math.abs(gap) > LARGE * Math.max(...[features, residual, features + residual + gap].map(Math.abs))

/** Decimals that leave three figures of the largest size. */
const decimalsFor = (sizes: number[]) => {
  const largest = Math.max(...sizes.map(Math.abs))
  return largest > 0 ? Math.min(Math.max(2 - Math.floor(Math.log10(largest)), 0), 8) : 2
}

/**
 * The steps in words and numbers. What is written adds up to the last digit: places are rounded, and steps are the
 * differences of those. symbol: V of the value function, F of others; whole: of attribution that has no features.
 */
export function trustOf(accounted: Accounted, symbol: string, whole: boolean): Trust {
  const { output, features, residual, gap } = accounted
  const [before, after] = [`${symbol}(0)`, `${symbol}(x)`]
  const parts = [
    ...(whole ? [] : [{ kind: "features" as const, word: "features", size: features }]),
    { kind: "residual" as const, word: whole ? "attribution" : "residual", size: whole ? features + residual : residual },
    { kind: "gap" as const, word: "gap", size: gap ?? 0 },
  ]
  if (accounted.isRounding) {
    const level = (word: string): TrustStep => ({ kind: "level", word, number: formatNumber(output), from: 0, to: 0 })
    return { steps: [level(before), level(after)], remark: NOTHING }
  }
  const decimals = decimalsFor(parts.map(({ size }) => size))
  const start = gap === null || output === null ? null : output - sum(parts.map(({ size }) => size))
  const unit = 10 ** decimals
  const rounded = (place: number) => Math.round(((start ?? 0) + place) * unit) / unit
  let place = 0
  const steps = parts.map(({ kind, word, size }): TrustStep => {
    const [from, to] = [place, place + size]
    place = to
    const isKnown = kind !== "gap" || gap !== null
    return { kind, word, number: isKnown ? formatFixed(rounded(to) - rounded(from), decimals, true) : "unknown", from, to }
  })
  if (start === null) return { steps, remark: null }
  const level = (word: string, at: number): TrustStep => ({
    kind: "level", word, number: formatFixed(rounded(at), decimals), from: at, to: at,
  })
  return { steps: [level(before, 0), ...steps, level(after, place)], remark: isLarge(accounted) ? LARGE_GAP : null }
}

/** The steps as bars of a chart as high as they reach: their tops, from 0 above to 1, and heights. None without a way. */
export function waterfall({ steps }: Trust): { kind: TrustStep["kind"]; top: number; height: number }[] {
  const places = steps.flatMap(({ from, to }) => [from, to])
  const [low, high] = [Math.min(...places), Math.max(...places)]
  if (steps[0].kind !== "level" || high === low) return []
  const at = (place: number) => (high - place) / (high - low)
  return steps.map(({ kind, from, to }) => ({ kind, top: at(Math.max(from, to)), height: Math.abs(at(to) - at(from)) }))
}

/** The same in one line. */
export function trustText({ steps, remark }: Trust): string {
  const words = steps.map(({ kind, word, number }, i) => `${i && kind === "level" ? "= " : ""}${word} ${number}`)
  return words.join(", ").replace(", =", " =") + (remark ? `: ${remark}` : "")
}
