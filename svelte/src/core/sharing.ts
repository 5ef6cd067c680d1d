// Addresses of the page, of one frame's figure to put into other pages, and the page itself as a file.
import type { FeatureLabels, Story } from "./props"

const EMBED = "embed"

/** Whether an address asks for the figure alone. */
export const isEmbedded = (search: string) => new URLSearchParams(search).get(EMBED) === "1"

/** The address of the figure alone, or of the whole page. */
export function addressOf(href: string, hash: string, embedded: boolean): string {
  const url = new URL(href)
  url.searchParams.delete(EMBED)
  if (embedded) url.searchParams.set(EMBED, "1")
  url.hash = hash
  return url.href
}

/** HTML that shows the figure in another page. */
export function embedCode(href: string, hash: string): string {
  const address = addressOf(href, hash, true).replaceAll("&", "&amp;").replaceAll('"', "&quot;")
  return `<iframe src="${address}" width="960" height="640" style="border: 0" loading="lazy" title="What the agent sees"></iframe>`
}

/** Let the address follow what is on view. Pages within others may not have one to change. */
export function keepInAddress(hash: string): void {
  try {
    history.replaceState(null, "", hash)
  } catch {
    // There is no address to link to, and nothing else depends on it.
  }
}

/** The data of a page with other names and stories. */
export function withWritings(data: Record<string, unknown>, names: FeatureLabels, stories: Story[]): Record<string, unknown> {
  const { annotations: _annotations, opening: _opening, ...rest } = data
  return { ...rest, feature_labels: names, stories }
}

/** The HTML of a page as it was before it ran, with other data; page: the one that runs. */
export function pageFile(page: Document, change: (data: Record<string, unknown>) => Record<string, unknown>): string {
  const root = page.documentElement.cloneNode(true) as HTMLElement
  const script = root.querySelector<HTMLScriptElement>('script[type="application/json"]')
  if (!script) throw new Error("This page does not hold its data: save its folder instead.")
  const data = change(JSON.parse(script.textContent!))
  // "<" could end the element.
  script.textContent = JSON.stringify(data).replaceAll("<", "\\u003c")
  // What the program has made is made again.
  root.querySelector(`#${script.id.replace(/-props$/, "")}`)?.replaceChildren()
  for (const made of root.querySelectorAll("style")) made.remove()
  return `<!doctype html>\n${root.outerHTML}\n`
}
