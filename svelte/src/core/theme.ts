import css from "../../../understanding_rl_vision/pages/theme.css?raw"

/** The style that all pages have, those that Python writes too. */
export const THEME = css

/** The light shade of one of its colours. */
export function lightColor(name: string): string {
  const found = new RegExp(`--${name}: (?:light-dark\\(([^,]+),|([^;]+);)`).exec(css)
  if (!found) throw new Error(`There is no colour ${name}.`)
  return found[1] ?? found[2]
}
