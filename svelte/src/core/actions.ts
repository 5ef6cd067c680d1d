const ARROWS: Record<string, string> = {
  LEFT: "←",
  RIGHT: "→",
  UP: "↑",
  DOWN: "↓",
  "LEFT UP": "↖",
  "RIGHT UP": "↗",
  "DOWN LEFT": "↙",
  "DOWN RIGHT": "↘",
}

/** Short name of a combination of keys: an arrow for directions, the keys' own names, "none" for no key. */
export function comboName(combo: string[]): string {
  if (combo.length === 0) return "none"
  const directions = combo.filter((key) => key in ARROWS).sort().join(" ")
  const others = combo.filter((key) => !(key in ARROWS))
  return [ARROWS[directions] ?? directions, ...others].filter(Boolean).join(" ")
}

/** The same in words, for screen readers and tooltips. */
export function comboWords(combo: string[]): string {
  return combo.length ? combo.join(" + ").toLowerCase() : "no key"
}

/** How much more probable each action is to one policy than to another, both given as logits. */
export function policyChange(logits: number[], other: number[]): number[] {
  const less = softmax(other)
  return softmax(logits).map((p, i) => p - less[i])
}

/** How much probability moves from some actions to others: the total variation distance of two policies. */
export const movedOf = (change: number[]) => change.reduce((sum, part) => sum + Math.abs(part), 0) / 2

/** Probabilities from logits. */
export function softmax(logits: number[]): number[] {
  const top = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - top))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}
