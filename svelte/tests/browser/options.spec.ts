import path from "node:path"
import { writePage } from "../pages.mjs"
import { writeSynthetic } from "../synthetic.mjs"
import { attributionColor, expect, expectPixel, observationColor, openPage, screen, test } from "./fixtures"

// Data as other options of generate write it.


test.beforeAll(() => {
  const folder = path.join(process.env.TEST_PAGES!, "options")
  const frames = { width: 30, height: 40, columns: 3, rows: 2 }
  writePage(folder, {
    ...writeSynthetic(folder, frames),
    attribution_single_channels: false,
    formatting: { video_speed: 5, attribution_weight: 0.5, legend_item_width: "3em", legend_item_height: "3em" },
    colors: { features: ["#ff0000", "#00ff00", "#0000ff"], graphs: { v: "#123456" } },
  })
})

test("frames at full resolution, taller than wide, with attribution at the layer's own", async ({ page }) => {
  await openPage(page, "options", "#layer=2b&frame=32")
  const box = (await screen(page, "Observation").boundingBox())!
  expect(box.height / box.width).toBeCloseTo(4 / 3, 1)
  for (const [x, y] of [[0.1, 0.1], [0.9, 0.9]]) {
    await expectPixel(page, screen(page, "Observation"), observationColor(0, 31), x, y)
  }
  const [r, g, b] = attributionColor("2b_0_v_pos_prin", 31)
  const [or, og, ob] = observationColor(0, 31)
  const grey = 0.2126 * or + 0.7152 * og + 0.0722 * ob
  await expectPixel(page, screen(page, "Positive"), [(r + grey) / 2, (g + grey) / 2, (b + grey) / 2])
})

test("without images of single channels nothing is isolated", async ({ page }) => {
  await openPage(page, "options", "#layer=2b")
  await page.getByLabel("overlay").uncheck()
  await page.getByRole("button", { name: "Feature 2" }).hover()
  await expectPixel(page, screen(page, "Positive"), attributionColor("2b_0_v_pos_prin", 0))
  await page.getByLabel("compare").check()
  await expect(page.getByLabel("Layer of row 2")).toBeVisible()
  await expect(page.getByLabel("Channel of row 2")).toHaveCount(0)
})

test("speed, sizes and colours of the options", async ({ page }) => {
  await openPage(page, "options", "#layer=2b")
  await expect(page.getByRole("spinbutton")).toHaveValue("5")
  const tile = (await page.getByRole("button", { name: "Feature 1" }).boundingBox())!
  const rem = await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize))
  expect(tile.width).toBeCloseTo(3 * rem, 0)
  const stroke = await page.locator("svg path").nth(1).evaluate((path) => getComputedStyle(path).stroke)
  expect(stroke).toBe("rgb(18, 52, 86)")
})
