import fs from "node:fs"
import path from "node:path"
import type { Page } from "@playwright/test"
import { writePage } from "../pages.mjs"
import { expect, openPage, screen, test } from "./fixtures"
import { good, layoutOf } from "./layout"

// The sizes of the screens follow from the window and from what else is on view.

const boxOf = (page: Page, selector: string) => page.locator(selector).first().evaluate((node) => node.getBoundingClientRect().toJSON())

const rowsOf = (page: Page) => page.getByRole("article").evaluateAll(layoutOf)
const expectGood = (page: Page, rows: number) => expect.poll(() => rowsOf(page)).toEqual(Array(rows).fill(good))

test("screens are as large as the window leaves room for, when it changes and when rows do", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b")
  for (const [width, height] of [[1280, 720], [1280, 900], [1600, 1000], [2560, 1440], [1600, 700]]) {
    await page.setViewportSize({ width, height })
    await expectGood(page, 1)
  }
  await page.getByLabel("combine").check()
  await expectGood(page, 1)
  await page.getByLabel("combine").uncheck()
  for (const rows of [2, 3]) {
    await page.getByRole("button", { name: "Add row" }).click()
    await expectGood(page, rows)
  }
  await page.setViewportSize({ width: 1900, height: 1850 })
  await expectGood(page, 3)
  await page.getByRole("button", { name: "Remove row 1" }).click()
  await expectGood(page, 2)
})

test("the legend ends with the window, however much the sections above take", async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 1000 })
  await openPage(page, "synthetic", "#layer=2b")
  const bottom = async () => Math.round((await boxOf(page, ".view section:last-child > ol")).bottom)
  const before = await bottom()
  expect(before).toBeLessThanOrEqual(1000)
  expect(before).toBeGreaterThan(970)
  // A section that grows, as another one would be there.
  await page.addStyleTag({ content: '[aria-label="Playback"] { height: 6rem }' })
  await expectGood(page, 1)
  expect(await bottom()).toBe(before)
})

test("in a window higher than wide, what comes next follows at once", async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 1920 })
  await openPage(page, "synthetic", "#layer=2b")
  const [legend, episodes] = [await boxOf(page, ".view section:last-child > ol"), await boxOf(page, "main > .lists")]
  expect(episodes.top - legend.bottom).toBeLessThan(40)
  expect((await screen(page, "Negative").boundingBox())!.width).toBeGreaterThan(280)
})

test("screens keep still while notes of different lengths are gone through", async ({ page }) => {
  const folder = path.join(process.env.TEST_PAGES!, "story")
  fs.cpSync(path.join(process.env.TEST_PAGES!, "synthetic"), folder, { recursive: true })
  const html = fs.readFileSync(path.join(folder, "interface.html"), "utf8")
  const props = JSON.parse(/type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)![1])
  const texts = ["Short.", "A long one. ".repeat(40), "Short again."]
  props.annotations = texts.map((text, i) => ({ trajectory: 0, frame: 5 * i, layer: "2b", text }))
  writePage(folder, props)
  await page.setViewportSize({ width: 1400, height: 1000 })
  await openPage(page, "story", "#layer=2b")
  const place = await boxOf(page, "figure")
  for (const text of ["2 of 3", "3 of 3"]) {
    await page.getByRole("group", { name: "Notes" }).getByRole("button", { name: "Next" }).click()
    await expect(page.getByTestId("note")).toContainText(text)
    expect(await boxOf(page, "figure")).toEqual(place)
  }
  await page.getByRole("slider", { name: "Frame" }).press("ArrowRight")
  await expect(page.getByTestId("note")).toContainText("none on this frame")
  expect(await boxOf(page, "figure")).toEqual(place)
})

test("however long names are, what is pressed stands in a line, bars have whole names, and lanes keep theirs inside", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&show=overlay,lanes")
  await page.getByRole("button", { name: "2: name this feature" }).dblclick()
  await page.keyboard.type("an enemy moving left")
  await page.keyboard.press("Enter")
  for (const [width, height] of [[1280, 800], [390, 844]]) {
    await page.setViewportSize({ width, height })
    const tops = await page.locator(".pin").evaluateAll((pins) => pins.map((pin) => Math.round(pin.getBoundingClientRect().top)))
    expect(tops).toEqual(Array(4).fill(tops[0]))
    const cut = (names: Element[]) => names.filter((name) => name.scrollWidth > name.clientWidth).map((name) => name.textContent)
    expect(await page.locator(".totals .name").evaluateAll(cut)).toEqual([])
    const outside = await page.locator(".lane .label").evaluateAll((labels) =>
      labels.flatMap((label) => {
        const lane = label.parentElement!.getBoundingClientRect()
        const isOut = ({ top, bottom }: DOMRect) => top < lane.top - 1 || bottom > lane.bottom + 1
        return [...label.children].filter((child) => isOut(child.getBoundingClientRect())).map((child) => child.textContent)
      }),
    )
    expect(outside).toEqual([])
  }
})
