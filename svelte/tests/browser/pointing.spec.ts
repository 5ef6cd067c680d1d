import fs from "node:fs"
import path from "node:path"
import type { Page } from "@playwright/test"
import { level } from "../synthetic.mjs"
import { writePage } from "../pages.mjs"
import { violations } from "./axe"
import { expect, expectFrame, expectPixel, fileUrl, hash, mixed, openPage, screen, test } from "./fixtures"

const card = (page: Page) => page.getByTestId("breakdown")
const signed = (value: number) => (value < 0 ? `−${-value}` : `+${value}`)
/** What stands beside a feature: k from 0, 3 for the residual. */
const text = (t: number, k: number, row: number, column: number) => signed(Number((level(t, k, row, column) * 0.01).toPrecision(2)))

/** Go over a position of 8 × 8 with the pointer. */
async function point(page: Page, title: string, row: number, column: number): Promise<void> {
  const box = (await screen(page, title).boundingBox())!
  await page.mouse.move(box.x + ((column + 0.5) / 8) * box.width, box.y + ((row + 0.5) / 8) * box.height)
}

test("pointing at a place tells what each feature adds there, frame by frame and from sheet to sheet", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=2")
  await point(page, "Positive", 5, 1)
  await expect(card(page)).toContainText("row 6, column 2, layer 2b")
  const rows = card(page).getByRole("row")
  await expect(rows.nth(0)).toHaveText(new RegExp(`Residual\\s*${text(1, 3, 5, 1).replace("+", "\\+")}`))
  await expect(rows.nth(1)).toContainText(text(1, 2, 5, 1))
  await expect(rows.nth(2)).toContainText(text(1, 0, 5, 1))
  // Feature 2 adds nothing; below the others is their sum.
  await expect(rows).toHaveCount(4)
  await expect(card(page)).toContainText("each ±0.005")
  await point(page, "Observation", 1, 5)
  await expect(rows.nth(0)).toContainText(text(1, 3, 1, 5))
  await expect(card(page)).toHaveCount(1)
  // Frame 17 is on the second sheet.
  for (let i = 0; i < 15; i++) await page.keyboard.press("ArrowRight")
  await expectFrame(page, 17)
  await expect(rows.nth(0)).toContainText(text(16, 3, 1, 5))
  await page.mouse.move(5, 5)
  await expect(card(page)).toHaveCount(0)
})

test("a click holds the place: while scrubbing and in links; another one lets it go", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=2")
  await point(page, "Negative", 6, 2)
  await page.mouse.down()
  await page.mouse.up()
  await page.mouse.move(5, 5)
  await expect(card(page)).toContainText("row 7, column 3")
  await expect.poll(async () => (await hash(page)).get("place")).toBe("313~813")
  await page.keyboard.press("ArrowRight")
  await expect(card(page).getByRole("row").first()).toContainText(text(2, 3, 6, 2))
  await page.reload()
  await expect(card(page)).toContainText("row 7, column 3")
  await point(page, "Negative", 6, 2)
  await page.mouse.down()
  await page.mouse.up()
  await page.mouse.move(5, 5)
  await expect(card(page)).toHaveCount(0)
  await expect.poll(async () => (await hash(page)).get("place")).toBe(null)
})

test("by keyboard: arrows move, escape ends", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=2")
  const place = page.getByRole("button", { name: "Observation: what each feature adds" })
  await place.press("ArrowUp")
  await place.press("ArrowLeft")
  await expect(card(page)).toContainText("row 4, column 4")
  await expectFrame(page, 2)
  await place.press("Escape")
  await expect(card(page)).toHaveCount(0)
})

test("data without such values says nothing of places", async ({ page }) => {
  const copy = path.join(process.env.TEST_PAGES!, "novalues")
  fs.cpSync(path.join(process.env.TEST_PAGES!, "synthetic"), copy, { recursive: true })
  const html = fs.readFileSync(path.join(copy, "interface.html"), "utf8")
  const props = JSON.parse(/type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)![1])
  for (const entry of props.attribution_totals) delete entry.values
  writePage(copy, props)
  await openPage(page, "novalues", "#layer=2b&place=313~813")
  await point(page, "Positive", 5, 1)
  await expect(page.getByRole("button", { name: "what each feature adds" })).toHaveCount(0)
  await expect(card(page)).toHaveCount(0)
})

test.describe("files", () => {
  // From disk, JSON is not to be had: only the values are.
  test.use({ allowed: /attribution_values|attribution_totals/ })
  test("a page from disk has them", async ({ page }) => {
    await page.goto(`${fileUrl("synthetic")}#layer=2b&place=313~813`)
    await expect(card(page).getByRole("row").first()).toContainText(text(0, 3, 6, 2))
  })

  test("a file that is not there is named", async ({ page }) => {
    await page.route("**/attribution_values/*", (route) => route.fulfill({ status: 404 }))
    await openPage(page, "synthetic", "#layer=2b&place=313~813")
    await expect(card(page)).toContainText("attribution_values/2b_0_0.js is missing.")
  })
})

test.describe("by touch", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } })
  test("a tap holds the place, a tap in the legend isolates", async ({ page }) => {
    await openPage(page, "synthetic", "#layer=2b&frame=2")
    await screen(page, "Positive").tap({ position: { x: 10, y: 10 } })
    await expect(card(page)).toContainText("row 1, column 1")
    await expect(card(page)).toBeInViewport({ ratio: 1 })
    expect(await violations(page)).toEqual([])
    await page.getByRole("button", { name: "Feature 3", exact: true }).tap()
    await expect(page.getByRole("dialog")).toHaveCount(0)
    await expectPixel(page, screen(page, "Negative"), mixed("2b_0_v_neg_2", 1), 0.8, 0.9)
    await page.getByRole("button", { name: "Feature 3", exact: true }).tap()
    await expectPixel(page, screen(page, "Negative"), mixed("2b_0_v_neg_prin", 1), 0.8, 0.9)
  })
})
