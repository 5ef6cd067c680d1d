import type { Colors, OutputType } from "./props"

/** The colour that the options give the graph of an output. */
export const colorOf = (type: OutputType, { graphs }: Colors) => graphs[type === "action_taken" ? "action" : type]

/** CSS colour of a graph: named colours in the shade that the page has for them, others as they are. */
export function graphColor(color: string): string {
  return /^[a-z]+$/i.test(color) ? `var(--graph-${color}, ${color})` : color
}

/** Black or white, whichever is easier to read on the colour (#rrggbb; WCAG relative luminance). */
export function readableOn(color: string): string {
  const channels = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255)
  const [r, g, b] = channels.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff"
}
