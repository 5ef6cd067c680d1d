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

/** Black or white, whichever is easier to read on the colour (#rrggbb; WCAG relative luminance). */
export function readableOn(color: string): string {
  const channels = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255)
  const [r, g, b] = channels.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff"
}
