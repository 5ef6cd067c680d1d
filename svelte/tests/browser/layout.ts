/** How rows are laid out: whether screens are as wide as they can be, and no smaller than the options say, and all is inside. */
export function layoutOf(rows: Element[]) {
  return rows.map((row) => {
    const box = (selector: string) => row.querySelector(selector)!.getBoundingClientRect()
    const [body, screens, totals] = [".body", ".screens", ".totals"].map(box)
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const count = row.querySelectorAll("figure").length
    const caption = box("figcaption").height
    const gaps = (count - 1) * 0.6 * rem
    // Below the screens, totals are 6.7 rem high; beside them they are at least 16 wide, at a distance of 1.5.
    const below = Math.min(body.width, (body.height - caption - 6.7 * rem) * count + gaps)
    const beside = Math.min(body.width - 17.5 * rem, (body.height - caption) * count + gaps)
    const inside = Math.max(screens.bottom, totals.bottom) < body.bottom + 1
    return { fits: Math.abs(screens.width - Math.max(below, beside)) < 2, inside, least: box("figure").width >= 16 * rem - 1 }
  })
}

export const good = { fits: true, inside: true, least: true }
