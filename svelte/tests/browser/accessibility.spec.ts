import { violations } from "./axe"
import { expect, openPage, test } from "./fixtures"

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    test("the page, with rows, compared, and with notes", async ({ page }) => {
      await openPage(page, "synthetic", "#layer=2b&rows=v,a1&trajectory=2")
      expect(await violations(page)).toEqual([])
      await page.getByLabel("compare").check()
      await page.getByRole("button", { name: "Add note" }).click()
      expect(await violations(page)).toEqual([])
    })

    test("the popups", async ({ page }) => {
      await openPage(page, "synthetic", "#layer=2b&feature=2~2b")
      const image = page.getByRole("button", { name: "Feature image" })
      await expect(image).toBeEnabled()
      await image.press("ArrowRight")
      expect(await violations(page)).toEqual([])
      await page.keyboard.press("Escape")
      await page.keyboard.press("?")
      expect(await violations(page)).toEqual([])
    })
  })
}

for (const width of [360, 800, 1280, 1600, 2560]) {
  test(`nothing sticks out at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: width / 1.6 })
    await openPage(page, "synthetic", "#layer=2b&rows=v,a1")
    for (const compare of [false, true]) {
      await page.getByLabel("compare").setChecked(compare)
      const overflow = await page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll("aside ul")].map((box) => box.scrollWidth - box.clientWidth),
      )
      expect(Math.max(...overflow)).toBeLessThanOrEqual(0)
    }
  })
}
