import fs from "node:fs"
import path from "node:path"
import type { Locator, Page } from "@playwright/test"
import { writePage } from "../pages.mjs"
import { png } from "../png.mjs"
import { SHEET } from "../synthetic.mjs"
import { violations } from "./axe"
import { expect, expectPixel, openPage, pixelOf, screen, test } from "./fixtures"

// What is shown can be seen, in light and dark and in forced colours.

const folder = () => path.join(process.env.TEST_PAGES!, "glow")

/** A page whose attribution is white at half its strength: all hues together. */
test.beforeAll(() => {
  fs.cpSync(path.join(process.env.TEST_PAGES!, "synthetic"), folder(), { recursive: true })
  const { width, height, columns, rows } = SHEET
  for (const [directory, size] of [["attribution", [columns * width, rows * height]], ["attribution_scrub", [40, 8]]] as const) {
    fs.writeFileSync(path.join(folder(), directory, "2b_0_v_pos_prin.png"), png(size[0], size[1], () => [255, 255, 255, 128]))
  }
})

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    test("attribution without overlay is on black: white is seen", async ({ page }) => {
      await openPage(page, "glow", "#layer=2b&show=")
      await expectPixel(page, screen(page, "Positive"), [133, 133, 134])
      const strip = page.locator(".strip").filter({ has: page.locator('img[src$="2b_0_v_pos_prin.png"]') })
      // Beside the line where an episode begins.
      await expectPixel(page, strip, [133, 133, 134], 0.27)
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save PNG" }).click()])
      const data = fs.readFileSync(await download.path()).toString("base64")
      const pixel = await page.evaluate(async (text) => {
        const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]))
        const context = new OffscreenCanvas(1, 1).getContext("2d")!
        context.drawImage(bitmap, -(16 + 384 + 16 + 192), -(64 + 50 + 192))
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
      }, data)
      for (const part of pixel) expect(Math.abs(part - 133)).toBeLessThanOrEqual(3)
    })
  })
}

test.describe("forced colours", () => {
  test.use({ contextOptions: { forcedColors: "active" } })

  /** How many colours an element has. */
  const differs = async (page: Page, a: Locator, b: Locator) => {
    const [one, other] = [await pixelOf(page, a, 0.5, 0.12), await pixelOf(page, b, 0.5, 0.12)]
    return Math.max(...one.map((part, i) => Math.abs(part - other[i])))
  }

  test("what is chosen, the policy, totals, dots of graphs and the playhead are there", async ({ page }) => {
    await openPage(page, "synthetic", "#layer=2b&frame=18")
    expect(await page.evaluate(() => matchMedia("(forced-colors: active)").matches)).toBe(true)
    const layer = (name: string) => page.locator("label").filter({ has: page.getByRole("radio", { name, exact: true }) })
    expect(await differs(page, layer("2b"), layer("1a"))).toBeGreaterThan(100)
    const [first, last] = [page.locator(".policy .action").first(), page.locator(".policy .action").last()]
    expect(await differs(page, first, last)).toBeGreaterThan(50)
    await expectPixel(page, page.getByTitle("3: +0.18").locator(".bar"), [0, 0, 255])
    const dots = page.locator(".tracks .label i")
    expect(await differs(page, dots.first(), dots.nth(1))).toBeGreaterThan(20)
    const head = page.locator(".head")
    expect(await head.evaluate((i) => getComputedStyle(i).outlineStyle)).toBe("solid")
    await expectPixel(page, page.getByRole("button", { name: "2: name this feature" }), [0, 255, 0], 0.15, 0.15)
    expect(await violations(page)).toEqual([])
  })
})

test("full resolution: the label says what people see and what the model sees", async ({ page }) => {
  const full = path.join(process.env.TEST_PAGES!, "full")
  fs.cpSync(path.join(process.env.TEST_PAGES!, "synthetic"), full, { recursive: true })
  const html = fs.readFileSync(path.join(full, "interface.html"), "utf8")
  const props = JSON.parse(/type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)![1])
  writePage(full, { ...props, model_input: { width: 4, height: 4 } })
  await openPage(page, "full", "#layer=2b")
  await expect(page.getByText("Observation the model sees 4 × 4")).toBeVisible()
  writePage(full, { ...props, model_input: { width: 8, height: 8 } })
  await openPage(page, "full", "#layer=2b")
  await expect(page.getByText("Observation pixels the model sees")).toBeVisible()
})

test("on a phone screens come first, then what else they could show, then the episodes", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openPage(page, "synthetic", "#layer=2b")
  const top = async (name: string) => (await page.getByRole("heading", { name, exact: true }).boundingBox())!.y
  const order = await Promise.all(["Attribution", "Timeline", "Layers", "Bookmarks", "Episodes"].map(top))
  expect(order).toEqual([...order].sort((a, b) => a - b))
  for (const title of ["Observation", "Positive", "Negative"]) await expect(screen(page, title)).toBeInViewport({ ratio: 0.9 })
  // The controls stay under the thumb.
  await page.getByRole("heading", { name: "Episodes" }).scrollIntoViewIfNeeded()
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeInViewport({ ratio: 1 })
  await page.evaluate(() => scrollTo(0, 0))
  expect(await violations(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})
