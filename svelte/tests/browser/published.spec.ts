import fs from "node:fs"
import path from "node:path"
import type { Page } from "@playwright/test"
import { PUBLISHED, publishedPage } from "../pages.mjs"
import { expect, expectFrame, expectPixel, fileUrl, screen, test, type Color } from "./fixtures"

// Data of the original system, opened from disk as people open it. Skipped where it is not beside the checkout.

/** Colour of a file's pixel, read in the browser: x and y in pixels. */
async function filePixel(page: Page, name: string, file: string, x: number, y: number): Promise<number[]> {
  const data = fs.readFileSync(path.join(PUBLISHED[name], file)).toString("base64")
  return page.evaluate(
    async ([text, px, py]) => {
      const bytes = Uint8Array.from(atob(text as string), (c) => c.charCodeAt(0))
      const bitmap = await createImageBitmap(new Blob([bytes]))
      const context = new OffscreenCanvas(1, 1).getContext("2d")!
      context.drawImage(bitmap, -(px as number), -(py as number))
      return [...context.getImageData(0, 0, 1, 1).data]
    },
    [data, x, y] as const,
  )
}

/** The middle pixel of a frame, of a strip of square frames. */
async function middle(page: Page, name: string, file: string, frame: number, size: number): Promise<Color> {
  return (await filePixel(page, name, file, frame * size + size / 2, size / 2)).slice(0, 3) as Color
}

async function attributionOver(page: Page, name: string, file: string, trajectory: number, frame: number, size: number) {
  const [r, g, b, alpha] = await filePixel(page, name, `attribution/${file}`, frame * size + size / 2, size / 2)
  const [or, og, ob] = await middle(page, name, `trajectories/${trajectory}.png`, frame, 64)
  const grey = 0.2126 * or + 0.7152 * og + 0.0722 * ob
  const weight = (0.9 * alpha) / 255
  return [r, g, b].map((part) => weight * part + (1 - weight) * grey) as Color
}

for (const name of ["reference", "bug_coin", "failure_down"]) {
  test(`${name}: each frame, from disk`, async ({ page }) => {
    test.skip(!(name in PUBLISHED), "the data is not beside the checkout")
    await page.goto(fileUrl(name))
    for (const frame of [0, 4]) {
      await expectFrame(page, frame + 1)
      await expectPixel(page, screen(page, "Observation"), await middle(page, name, "trajectories/0.png", frame, 64), 0.505, 0.505)
      for (const [title, direction] of [["Positive", "pos"], ["Negative", "neg"]]) {
        const color = await attributionOver(page, name, `2b_0_v_${direction}_prin.png`, 0, frame, 32)
        await expectPixel(page, screen(page, title), color, 0.505, 0.505)
      }
      for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight")
    }
  })
}

test("reference: every switch, layer and trajectory", async ({ page }) => {
  test.skip(!("reference" in PUBLISHED), "the data is not beside the checkout")
  await page.goto(`${fileUrl("reference")}#layer=3a&trajectory=2&frame=31`)
  const see = async (title: string, file: string) =>
    expectPixel(page, screen(page, title), await attributionOver(page, "reference", file, 1, 30, 16), 0.505, 0.505)
  await see("Positive", "3a_1_v_pos_prin.png")
  await page.getByLabel("show residual").check()
  await see("Negative", "3a_1_v_neg_all.png")
  await page.getByLabel("combine").check()
  await see("Attribution", "3a_1_v_abs_all.png")
  await page.getByRole("button", { name: "Feature 4" }).hover()
  await see("Attribution", "3a_1_v_abs_3.png")
  await page.getByRole("button", { name: "Isolate the residual" }).hover()
  await see("Attribution", "3a_1_v_abs_res.png")
})

test("reference: the feature popup from disk", async ({ page }) => {
  test.skip(!("reference" in PUBLISHED), "the data is not beside the checkout")
  await page.goto(`${fileUrl("reference")}#layer=2b`)
  await page.getByRole("button", { name: "Feature 2" }).click()
  const image = page.getByRole("dialog").getByRole("button", { name: "Feature image" })
  await expect(image.locator("img")).toHaveAttribute("src", "features/2b_feature1_1_4.png")
  const { grid } = JSON.parse(
    fs.readFileSync(path.join(PUBLISHED.reference, "props.json"), "utf8"),
    (key, value) => (key === "json_preloaded" ? { grid: value["features_grids/2b_feature1_1_4.json"] } : value),
  ).json_preloaded
  await expect(image).toBeEnabled()
  const box = (await image.boundingBox())!
  await image.click({ position: { x: (20.5 / 32) * box.width, y: (9.5 / 32) * box.height } })
  const observation = page.getByRole("dialog").getByRole("img", { name: /^Observation/ })
  await expect(observation).toHaveAttribute("src", `observations/${grid[9][20]}.png`)
  // The box around the patch holds what the feature image shows there.
  const patch = await filePixel(page, "reference", "features/2b_feature1_1_4.png", 20 * 8 + 4, 9 * 8 + 4)
  const whole = await filePixel(page, "reference", `observations/${grid[9][20]}.png`, 41, 19)
  expect(Math.max(...[0, 1, 2].map((i) => Math.abs(patch[i] - whole[i])))).toBeLessThanOrEqual(8)
})

test("failure_down: rows for logits", async ({ page }) => {
  test.skip(!("failure_down" in PUBLISHED), "the data is not beside the checkout")
  await page.goto(fileUrl("failure_down"))
  await page.getByRole("button", { name: "Add row" }).click()
  await page.getByLabel("Network output of row 2").selectOption({ label: "logit of ↗" })
  await expect(page.getByTestId("value of logit of ↗")).toHaveText("6.36")
  const color = await attributionOver(page, "failure_down", "2b_0_action_4_pos_prin.png", 0, 0, 32)
  await expectPixel(page, screen(page, "Positive", 1), color, 0.505, 0.505)
})

test.describe("the article's data lacks images", () => {
  test.use({ allowed: /ERR_FILE_NOT_FOUND/ })

  test("a message names the file, and the rest works", async ({ page }) => {
    test.skip(!("bug_coin" in PUBLISHED), "the data is not beside the checkout")
    await page.goto(fileUrl("bug_coin"))
    await page.getByLabel("show residual").check()
    await expect(screen(page, "Positive")).toContainText("attribution/2b_0_v_pos_all.png is missing")
    await expectPixel(page, screen(page, "Observation"), await middle(page, "bug_coin", "trajectories/0.png", 0, 64), 0.505, 0.505)
    await page.getByLabel("show residual").uncheck()
    await expect(page.getByRole("article").getByRole("alert")).toHaveCount(0)
    const color = await attributionOver(page, "bug_coin", "2b_0_v_pos_prin.png", 0, 0, 32)
    await expectPixel(page, screen(page, "Positive"), color, 0.505, 0.505)
    await page.getByRole("button", { name: "Feature 3" }).click()
    await expect(page.getByRole("dialog")).toHaveCount(0)
  })
})

test("data without the keys that came later opens, and with nothing but values too", async ({ page }) => {
  test.skip(!("bug_coin" in PUBLISHED), "the data is not beside the checkout")
  const folder = path.join(process.env.TEST_PAGES!, "bare")
  publishedPage(folder, "bug_coin", ({ layers, trajectories, attributions }: any) => ({
    layers,
    attributions,
    trajectories: { values: trajectories.values },
  }))
  await page.goto(fileUrl("bare"))
  await expectFrame(page, 1)
  await page.keyboard.press("ArrowRight")
  await expectPixel(page, screen(page, "Observation"), await middle(page, "bug_coin", "trajectories/0.png", 1, 64), 0.505, 0.505)
})
