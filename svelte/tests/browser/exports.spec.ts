import fs from "node:fs"
import path from "node:path"
import type { Download, Page } from "@playwright/test"
import { PUBLISHED } from "../pages.mjs"
import { expect, fileUrl, observationColor, openPage, test } from "./fixtures"

async function downloaded(page: Page, act: () => Promise<unknown>): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()])
  return download
}

/** Pixel and size of a picture, read in the browser. */
async function pictureAt(page: Page, file: string, x: number, y: number) {
  return page.evaluate(
    async ([data, px, py]) => {
      const bytes = Uint8Array.from(atob(data as string), (c) => c.charCodeAt(0))
      const bitmap = await createImageBitmap(new Blob([bytes]))
      const context = new OffscreenCanvas(1, 1).getContext("2d")!
      context.drawImage(bitmap, -(px as number), -(py as number))
      return { width: bitmap.width, height: bitmap.height, pixel: [...context.getImageData(0, 0, 1, 1).data].slice(0, 3) }
    },
    [fs.readFileSync(file).toString("base64"), x, y] as const,
  )
}

test("the link brings back the view", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  await openPage(page, "synthetic", "#layer=1a")
  await page.getByLabel("combine").check()
  await page.getByRole("button", { name: "Step forward" }).click()
  await page.getByRole("button", { name: "Copy link" }).click()
  await expect(page.getByText("Link copied.")).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toContain("layer=1a&trajectory=1&frame=2&rows=v&show=overlay,combine")
})

test("the link is copied where the browser has no clipboard, as over http from another machine", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  await page.addInitScript(() => {
    const { clipboard } = navigator
    Object.assign(window, { clipboard })
    Object.defineProperty(navigator, "clipboard", { value: undefined })
  })
  await openPage(page, "synthetic", "#layer=1a&frame=7")
  const button = page.getByRole("button", { name: "Copy link" })
  await button.press("Enter")
  await expect(page.getByText("Link copied.")).toBeVisible()
  expect(await page.evaluate(() => (window as any).clipboard.readText())).toBe(page.url())
  expect(page.url()).toContain("frame=7")
  await expect(button).toBeFocused()
  // Where that is refused too, the page says where the link is.
  await page.evaluate(() => (document.execCommand = () => false))
  await button.click()
  await expect(page.getByText("the link is in the address bar")).toBeVisible()
})

test("the trajectory's numbers as CSV, with totals under the features' names", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&trajectory=2")
  const download = await downloaded(page, () => page.getByRole("button", { name: "Save CSV" }).click())
  expect(download.suggestedFilename()).toBe("trajectory-2.csv")
  const lines = fs.readFileSync(await download.path(), "utf8").trim().split("\n")
  expect(lines).toHaveLength(41)
  expect(lines[0]).toBe(
    "trajectory,frame,episode,action,keys,reward,done,value,advantage,logit no key,logit right,logit right + up," +
      "2b value function: 1,2b value function: 2,2b value function: 3,2b value function: residual",
  )
  expect(lines[10]).toMatch(/^2,10,1,1,right,10,1,/)
  expect(lines[11]).toMatch(/^2,11,2,2,right \+ up,0,0,.*,0,0,2,-0.11,0,0.11,0.05$/)
})

test("the view as PNG, from a web server", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=8&rows=v,a0")
  const download = await downloaded(page, () => page.getByRole("button", { name: "Save PNG" }).click())
  expect(download.suggestedFilename()).toBe("trajectory-1-frame-8.png")
  const picture = await pictureAt(page, await download.path(), 16 + 192, 64 + 50 + 192)
  expect(picture.width).toBe(3 * 384 + 4 * 16)
  expect(picture.height).toBeGreaterThan(2 * 500)
  expect(picture.pixel).toEqual(observationColor(0, 7))
})

test("the picture has the bars that the page has: those of what its screens leave out are pale", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=18&show=overlay,compare&rows=v~~2")
  const download = await downloaded(page, () => page.getByRole("button", { name: "Save PNG" }).click())
  // Four columns of bars below the screens, 44 pixels for the largest of the trajectory's totals, which is 0.4.
  const [column, zero, height] = [(3 * 384 + 2 * 16) / 4, 64 + 50 + 384 + 16 + 20 + 60, (44 * 0.18) / 0.4]
  const pixel = async (bar: number, y: number) =>
    (await pictureAt(page, await download.path(), Math.floor(16 + (bar + 0.5) * column), Math.round(zero + y))).pixel
  expect(await pixel(2, -height / 2)).toEqual([0, 0, 255])
  expect(await pixel(0, height / 2)).toEqual([255, 191, 191])
  expect(await pixel(2, -height - 3)).toEqual([255, 255, 255])
})

test("the view as PNG, from disk: the folder is asked for", async ({ page }) => {
  test.skip(!("reference" in PUBLISHED), "the data is not beside the checkout")
  await page.goto(`${fileUrl("reference")}#layer=3a`)
  await page.getByRole("button", { name: "Save PNG" }).click()
  await expect(page.getByRole("dialog")).toContainText("Choose the folder")
  const folder = path.join(process.env.TEST_PAGES!, "copy")
  fs.cpSync(PUBLISHED.reference, folder, { recursive: true })
  const download = await downloaded(page, () => page.getByLabel("Folder of this page").setInputFiles(folder))
  expect((await pictureAt(page, await download.path(), 5, 5)).pixel).toEqual([255, 255, 255])
})
