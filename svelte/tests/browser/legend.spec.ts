import { violations } from "./axe"
import { expect, expectPixel, hash, mixed, openPage, pixelOf, screen, test } from "./fixtures"

test.beforeEach(({ page }) => openPage(page, "synthetic", "#layer=2b"))

test("hovering isolates a channel, leaving ends it", async ({ page }) => {
  await expectPixel(page, page.getByRole("button", { name: "Feature 2" }), [140, 90, 120])
  await page.getByRole("button", { name: "Feature 2" }).hover()
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_1", 0))
  await page.getByRole("button", { name: "Isolate the residual" }).hover()
  await expectPixel(page, screen(page, "Negative"), mixed("2b_0_v_neg_res", 0))
  await page.mouse.move(5, 5)
  await expectPixel(page, screen(page, "Negative"), mixed("2b_0_v_neg_prin", 0))
})

test("what is pinned stays isolated: from frame to frame, in links and in the timeline", async ({ page }) => {
  const pin = page.getByRole("button", { name: "pin number 2" })
  await pin.click()
  await page.mouse.move(5, 5)
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_1", 0))
  await page.keyboard.press("ArrowRight")
  await expectPixel(page, screen(page, "Negative"), mixed("2b_0_v_neg_1", 1))
  await expect(page.locator('.strip img[src$="2b_0_v_pos_1.png"]')).toHaveCount(1)
  await expect.poll(async () => (await hash(page)).get("pin")).toBe("2~2b")
  // What steps back behind it can still be read.
  expect(await violations(page)).toEqual([])
  await page.reload()
  await expect(pin).toHaveAttribute("aria-pressed", "true")
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_1", 1))
  // Pointing goes before, for as long as it lasts.
  await page.getByRole("button", { name: "Feature 3" }).hover()
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_2", 1))
  await page.mouse.move(5, 5)
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_1", 1))
  // What has no popup is pinned by a click, or a touch, on itself.
  await page.getByRole("button", { name: "Isolate the residual" }).click()
  await page.mouse.move(5, 5)
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_res", 1))
  await page.getByRole("button", { name: "unpin the residual" }).click()
  await page.mouse.move(5, 5)
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_prin", 1))
})

test("the keyboard isolates and opens too", async ({ page }) => {
  await page.getByRole("slider", { name: "Frame" }).focus()
  const feature = page.getByRole("button", { name: "Feature 1" })
  for (let i = 0; i < 24 && !(await feature.evaluate((node) => node === document.activeElement)); i++) {
    await page.keyboard.press("Tab")
  }
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_0", 0))
  await page.keyboard.press("Enter")
  await expect(page.getByRole("dialog")).toContainText("Feature 1")
  await page.keyboard.press("Escape")
  await expect(page.getByRole("dialog")).toHaveCount(0)
  await page.keyboard.press("3")
  await expect(page.getByRole("dialog")).toContainText("Feature 3")
})

test("a key right after a popup is closed opens the next one", async ({ page }) => {
  await page.getByRole("button", { name: "Feature 1" }).click()
  await page.getByRole("button", { name: "Close" }).evaluate(async (button: HTMLElement) => {
    button.click()
    // What the page does at once, but no further task of the browser.
    await Promise.resolve()
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "3", bubbles: true }))
  })
  await expect(page.getByRole("dialog")).toContainText("Feature 3")
})

test("the popup: sliders, wheel, hover, whole observation", async ({ page }) => {
  await page.getByRole("button", { name: "Feature 3" }).click()
  const dialog = page.getByRole("dialog")
  const image = dialog.getByRole("button", { name: "Feature image" })
  await expect(image.locator("img")).toHaveAttribute("src", "features/2b_2_10_4.png")
  await dialog.getByLabel("Patches", { exact: false }).last().fill("0")
  await expect(image.locator("img")).toHaveAttribute("src", "features/2b_2_5_4.png")
  await dialog.getByLabel("Zoom").fill("1")
  await expect(image.locator("img")).toHaveAttribute("src", "features/2b_2_5_2.png")

  // A weak patch is pale until the pointer comes.
  const pale = await pixelOf(page, image, 0.3, 0.05)
  await image.hover({ position: { x: 5, y: 5 } })
  await expectPixel(page, image, [120, 100, 80], 0.3, 0.05)
  expect(Math.abs(pale[0] - 120)).toBeGreaterThan(20)

  await page.mouse.wheel(0, -100)
  await expect(image.locator("img")).toHaveAttribute("src", "features/2b_2_5_1.png")
  await page.mouse.wheel(0, 100)
  await expect(image.locator("img")).toHaveAttribute("src", "features/2b_2_5_2.png")
  await expect.poll(async () => (await hash(page)).get("feature")).toBe("3~2b")
  await expect.poll(async () => (await hash(page)).get("zoom")).toBe("2")

  // Row 2, column 3 of 4 × 4 patches is from observation (1 + 2) % 4.
  await expect(image).toBeEnabled()
  const box = (await image.boundingBox())!
  await image.click({ position: { x: (2.5 / 4) * box.width, y: (1.5 / 4) * box.height } })
  await expectPixel(page, dialog.getByRole("img", { name: "Observation 4" }), [150, 20, 90], 0.05, 0.95)
  await page.keyboard.press("ArrowLeft")
  await expect(dialog.getByRole("img", { name: "Observation 3" })).toBeVisible()

  await page.reload()
  await expect(image.locator("img")).toHaveAttribute("src", "features/2b_2_5_2.png")
  await dialog.getByRole("button", { name: "Close" }).click()
  await expect(dialog).toHaveCount(0)
  await expect.poll(async () => (await hash(page)).get("feature")).toBe(null)
})

test("the popup keeps its shape while its image loads, and its patches can be chosen when their grid is there", async ({
  page,
}) => {
  let arrive = () => {}
  const arrival = new Promise<void>((resolve) => (arrive = resolve))
  for (const files of ["**/features/*.png", "**/features_grids/*.json"]) {
    await page.route(files, async (route) => {
      await arrival
      await route.continue()
    })
  }
  await page.goto("about:blank")
  await page.goto("/synthetic/interface.html#layer=2b&feature=3~2b", { waitUntil: "commit" })
  const image = page.getByRole("dialog").getByRole("button", { name: "Feature image" })
  await expect(image).toBeDisabled()
  const before = (await image.boundingBox())!
  arrive()
  await expect(image).toBeEnabled()
  await expect.poll(() => image.locator("img").evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0)
  expect(await image.boundingBox()).toEqual(before)
})

test("the popup's pictures say that they are loading while those of other settings are still on view", async ({ page }) => {
  await page.getByRole("button", { name: "Feature 3" }).click()
  const dialog = page.getByRole("dialog")
  const image = dialog.getByRole("button", { name: "Feature image" })
  const box = (await image.boundingBox())!
  await image.click({ position: { x: box.width / 2, y: box.height / 2 } })
  await expect(dialog.getByRole("img", { name: /^Observation/ })).toBeVisible()
  let arrive = () => {}
  const arrival = new Promise<void>((resolve) => (arrive = resolve))
  for (const files of ["**/features/*.png", "**/observations/*.png"]) {
    await page.route(files, async (route) => {
      await arrival
      await route.continue()
    })
  }
  await dialog.getByLabel("Zoom").fill("1")
  await expect(image).toHaveAttribute("aria-busy", "true")
  await expect(image).toContainText("Loading")
  await expect(image.locator("img")).toHaveCSS("opacity", "0.2")
  await image.press("ArrowRight")
  await expect(dialog.getByRole("img", { name: "Loading: Observation 1" })).toHaveCSS("opacity", "0.2")
  arrive()
  await expect(image).toHaveAttribute("aria-busy", "false")
  await expect(image.locator("img")).toHaveCSS("opacity", "1")
  await expect(dialog.getByRole("img", { name: "Observation 1", exact: true })).toHaveCSS("opacity", "1")
  await expect(dialog.getByText("Loading")).toHaveCount(0)
})
