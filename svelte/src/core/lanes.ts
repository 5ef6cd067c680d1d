import type { LegendEntry } from "./legend"
import type { Choices } from "./hash"

/** Whose totals the timeline has: all where that is chosen, else the one that is pinned. */
export function lanesOf(entries: LegendEntry[], layer: string, { lanes, pin }: Pick<Choices, "lanes" | "pin">): LegendEntry[] {
  return lanes ? entries : entries.filter(({ channel }) => pin?.layer === layer && pin.channel === channel)
}
