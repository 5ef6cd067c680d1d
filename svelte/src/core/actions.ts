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

/** Probabilities from logits. */
export function softmax(logits: number[]): number[] {
  const top = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - top))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}
