import { violations } from "./axe"
import { expect, expectFrame, expectPixel, hash, observationColor, openPage, test } from "./fixtures"

const slider = (page: import("@playwright/test").Page) => page.getByRole("slider", { name: "Frame", exact: true })

test("the timeline marks ends, rewards, bookmarks and notes, and has a preview with values", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=10")
  const marks = page.locator(".marks i")
  // Frames 1 to 20 are in view: a reward that ends an episode at 10, a bookmark at 20.
  await expect(marks).toHaveText(["✓", "◆"])
  await page.getByRole("button", { name: "Add note" }).click()
  await page.getByPlaceholder("What happens here").fill("Here it jumps")
  await page.keyboard.press("Enter")
  await expect(marks).toHaveText(["✓", "✎", "◆"])
  const box = (await slider(page).boundingBox())!
  const over = (frame: number) => page.mouse.move(box.x + ((frame - 0.5) / 20) * box.width, box.y + 20)
  await over(10)
  const preview = page.getByTestId("preview")
  await expect(preview).toContainText("frame 10")
  await expect(preview).toContainText("value 0.778")
  await expect(preview).toContainText("reward +10")
  await expect(preview).toContainText("episode ends: solved")
  await expectPixel(page, preview.locator(".picture"), observationColor(0, 9))
  await expect(preview).toContainText("note: Here it jumps")
  await over(20)
  await expect(preview).toContainText("bookmark: highest advantage")
  await page.mouse.move(5, 5)
  await expect(preview).toHaveCount(0)
  await expectFrame(page, 10)
})

test("the timeline zooms: by buttons, keys and the wheel, and links keep it", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=10")
  await page.getByRole("button", { name: "all frames" }).click()
  await expect(page.getByRole("button", { name: "Zoom out" })).toBeDisabled()
  await expect(page.getByText(/in view/)).toHaveCount(0)
  await expect.poll(async () => (await hash(page)).get("span")).toBe("40")
  await page.keyboard.press("+")
  await expect(page.getByText("in view 6–25 of 40")).toBeVisible()
  await page.getByRole("button", { name: "Zoom in" }).click()
  await expect(page.getByText(/in view \d+–\d+ of 40/)).toBeVisible()
  await expect.poll(async () => (await hash(page)).get("span")).toBe("16")
  await page.reload()
  await expect(page.getByText(/in view/)).toBeVisible()
  await slider(page).hover()
  await page.keyboard.down("Control")
  for (let i = 0; i < 6; i++) await page.mouse.wheel(0, 100)
  await page.keyboard.up("Control")
  await expect(page.getByText(/in view/)).toHaveCount(0)
  expect(await violations(page)).toEqual([])
})

test("graphs tell the ends of their axes", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&show=overlay,lanes")
  const lane = page.locator(".lane", { hasText: "Feature 1" })
  await expect(lane.locator("small.high")).toHaveText("0.4")
  await expect(lane.locator("small.low")).toHaveText("−0.4")
})
