import { createRequire } from "node:module"
import type { Page } from "@playwright/test"

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js")

/** What axe-core finds wrong with the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE })
  return page.evaluate(async () => {
    const { violations } = await (window as any).axe.run({ rules: { "target-size": { enabled: true } } })
    return violations.map((v: any) => `${v.id}: ${v.help}: ${v.nodes.map((n: any) => n.html).join(" ")}`)
  })
}
