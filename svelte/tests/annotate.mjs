// Pictures of the sections of a page, for docs/reading.md: node tests/annotate.mjs PAGE FOLDER
//
// whole.png has a number at each section; each section is also a picture of its own, named after its heading.
import path from "node:path"
import { pathToFileURL } from "node:url"
import { chromium } from "playwright-core"
import { CHROMIUM } from "./browsers.mjs"

const [page, folder] = process.argv.slice(2)
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] })
const tab = await browser.newPage({ viewport: { width: 1400, height: 1000 }, colorScheme: "light" })
await tab.goto(pathToFileURL(path.resolve(page)).href)
await tab.waitForSelector("section h2")
// Until sheets are drawn.
await tab.waitForTimeout(3000)

const sections = await tab.locator("section:has(h2)").all()
let number = 0
for (const section of sections) {
  if (!(await section.isVisible())) continue
  number += 1
  const name = (await section.locator("h2").first().innerText()).toLowerCase().replace(/\W+/g, "-")
  await section.screenshot({ path: path.join(folder, `${name}.png`) })
  await section.locator("h2").first().evaluate((heading, text) => {
    const badge = document.createElement("b")
    badge.textContent = text
    badge.style.cssText = `display:inline-block;margin-right:8px;background:#c0186c;color:white;border-radius:50%;
      width:24px;height:24px;font:bold 14px/24px sans-serif;text-align:center`
    heading.prepend(badge)
  }, String(number))
  console.log(number, name)
}
await tab.evaluate(() => scrollTo(0, 0))
await tab.screenshot({ path: path.join(folder, "whole.png"), fullPage: true })
await browser.close()
