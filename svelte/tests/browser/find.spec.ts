import { total } from "../synthetic.mjs"
import { violations } from "./axe"
import { expect, expectFrame, expectPixel, hash, mixed, observationColor, onTimeline, openPage, screen, test } from "./fixtures"

// Episodes of both trajectories: frames 1 to 10, 11 to 30, 31 to 40. Totals of feature 3 rise with the frame, of feature 1 they fall.

const found = (page: import("@playwright/test").Page) => page.getByTestId("found").getByRole("link")
const by = (page: import("@playwright/test").Page) => page.getByLabel("What frames are found by")
const signed = (value: number) => (value < 0 ? `−${(-value).toFixed(2)}` : `+${value.toFixed(1)}`)

test("frames of all trajectories by a feature: a contact sheet whose frames can be gone to", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b")
  await expect(found(page)).toHaveCount(0)
  await by(page).selectOption("feature 3")
  await expect(found(page)).toHaveCount(6)
  await expect(found(page).first()).toContainText("trajectory 1, frame 40")
  await expect(found(page).first()).toContainText(signed(total(0, 39, 2)))
  await expect(found(page).nth(1)).toContainText("trajectory 2, frame 40")
  await expect(found(page).nth(2)).toContainText("trajectory 1, frame 30")
  await expect(found(page).nth(2)).toContainText("failed")
  // The observation, and attribution to the feature over it.
  const pictures = found(page).nth(2).locator(".picture")
  await expectPixel(page, pictures.nth(0), observationColor(0, 29))
  await expectPixel(page, pictures.nth(1), mixed("2b_0_v_pos_2", 29))

  // Frames go by, and what was found stays as it is.
  await found(page).first().evaluate((link) => link.setAttribute("data-mine", "yes"))
  await onTimeline(page, "ArrowRight")
  await expectFrame(page, 2)
  await expect(found(page).first()).toHaveAttribute("data-mine", "yes")

  await page.getByLabel("Order of the frames found").selectOption("lowest")
  await by(page).selectOption("feature 1")
  await expect.poll(async () => (await hash(page)).get("find")).toBe("1~low")
  await expect(found(page).nth(1)).toContainText("trajectory 2, frame 40")
  await expectPixel(page, found(page).nth(1).locator(".picture").nth(1), mixed("2b_1_v_neg_0", 39))
  await found(page).nth(1).click()
  await expectFrame(page, 40)
  await expect.poll(async () => (await hash(page)).get("trajectory")).toBe("2")
  await expectPixel(page, screen(page, "Observation"), observationColor(1, 39))
  await expect(screen(page, "Observation")).toBeInViewport()
  await expect(found(page).nth(1)).toHaveAttribute("aria-current", "true")
})

test("a search is in the link; every frame, outcomes, and more of what was found", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&find=spike~size~every")
  await expect(page.getByText("80 frames by value spike, largest in size first.")).toBeVisible()
  await expect(found(page)).toHaveCount(12)
  await expect(found(page).first()).toContainText("frame 18")
  await page.getByRole("button", { name: "Show more" }).click()
  await expect(found(page)).toHaveCount(24)
  await page.getByLabel("Outcome of the frames found").selectOption("solved")
  await expect(page.getByText("20 frames by value spike")).toBeVisible()
  await by(page).selectOption("policy entropy")
  await expect(found(page).first()).toContainText("0.666 nats")
  await page.getByLabel("What frames are found by").selectOption("choose what")
  await expect(found(page)).toHaveCount(0)
  await expect.poll(async () => (await hash(page)).get("find")).toBe(null)
})

test("what a layer does not have is not looked for", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&find=9~high")
  await expect(found(page)).toHaveCount(0)
  await openPage(page, "synthetic", "#layer=input&find=1~high")
  await expect(found(page)).toHaveCount(0)
  await expect(by(page).locator("option")).toHaveText(["choose what", "value", "advantage", "value spike", "policy entropy"])
})

test("the key leads to the search, and the bookmarks do", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b")
  await page.keyboard.press("f")
  await expect(by(page)).toBeFocused()
  await page.evaluate(() => scrollTo(0, 0))
  await page.getByRole("button", { name: "Find more frames" }).click()
  await expect(by(page)).toBeInViewport()
})

test("totals of each feature in the timeline; of the pinned one also without being asked", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=40")
  const value = (name: string) => page.getByTestId(`value of ${name}`)
  await expect(value("Feature 3")).toHaveCount(0)
  await page.getByRole("checkbox", { name: "features" }).check()
  await expect(value("Feature 3")).toHaveText("0.4")
  await expect(value("Feature 1")).toHaveText("−0.4")
  await expect(value("Residual")).toHaveText("0.05")
  await expect.poll(async () => (await hash(page)).get("show")).toBe("overlay,lanes")
  await page.getByRole("checkbox", { name: "features" }).uncheck()
  await page.getByRole("button", { name: "pin number 3" }).click()
  await expect(value("Feature 3")).toHaveText("0.4")
  await expect(value("Feature 1")).toHaveCount(0)
})

for (const colorScheme of ["light", "dark"] as const) {
  test(`nothing wrong for axe with frames found, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 })
      await openPage(page, "synthetic", "#layer=2b&show=overlay,lanes&find=3~high")
      await expect(found(page)).toHaveCount(6)
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    }
  })
}
