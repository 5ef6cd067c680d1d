export interface Range {
  low: number
  high: number
}

/** Lowest and highest number with 5 % of room on both sides; [v − 1, v + 1] where all are v. */
export function valueRange(values: number[]): Range {
  const finite = values.filter(Number.isFinite)
  if (!finite.length) return { low: -1, high: 1 }
  const low = finite.reduce((a, b) => Math.min(a, b))
  const high = finite.reduce((a, b) => Math.max(a, b))
  const room = high > low ? 0.05 * (high - low) : 1
  return { low: low - room, high: high + room }
}

/** SVG path: x in frames (at the middle of each), y from 0 at the top to 100; broken between episodes and at gaps. */
export function graphPath(values: number[], dones: number[], { low, high }: Range): string {
  let pen = "M"
  return values
    .map((value, t) => {
      if (!Number.isFinite(value)) {
        pen = "M"
        return ""
      }
      const point = `${pen}${t + 0.5} ${((100 * (high - value)) / (high - low)).toFixed(2)}`
      pen = dones[t] ? "M" : "L"
      return point
    })
    .join("")
}
