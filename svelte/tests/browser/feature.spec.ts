import { total, RESIDUAL } from "../synthetic.mjs"
import { violations } from "./axe"
import { expect, expectFrame, expectPixel, hash, mixed, openPage, test } from "./fixtures"

test("the page of a feature: from the legend, to the next and the previous, with all that is known of it", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  await page.getByRole("link", { name: "more of number 2" }).click()
  const dialog = page.getByRole("dialog")
  await expect(dialog).toContainText("Feature 2")
  await dialog.getByRole("button", { name: "Next feature" }).click()
  await expect(dialog).toContainText("Feature 3")
  await expect(dialog.getByRole("button", { name: "Next feature" })).toBeDisabled()
  await expect.poll(async () => (await hash(page)).get("feature")).toBe("3~2b")
  // Feature 1 is as large as feature 3, feature 2 is nothing; the residual is the same in each of 40 frames.
  const own = Array.from({ length: 40 }, (_, t) => total(0, t, 2)).reduce((a, b) => a + b)
  const share = Math.round((100 * own) / (2 * own + 40 * RESIDUAL))
  await expect(dialog.getByTestId("usage")).toContainText(`It holds ${share} % of the totals of layer 2b (value function) in 80 frames`)
  await expect(dialog.getByTestId("usage")).toContainText("adds +0.205 and takes 0 on average")
  await expectPixel(page, dialog.getByAltText("Examples of the feature"), [220, 90, 120], 0.9, 0.5)
  const most = dialog.getByTestId("most").getByRole("link")
  await expect(most).toHaveCount(6)
  await expect(most.first()).toContainText("trajectory 1, frame 40")
  await expectPixel(page, most.nth(1).locator(".picture").nth(1), mixed("2b_1_v_pos_2", 39))
  expect(await violations(page)).toEqual([])
  await most.nth(1).click()
  await expect(dialog).toHaveCount(0)
  await expectFrame(page, 40)
  await expect.poll(async () => (await hash(page)).get("trajectory")).toBe("2")
})

test("more frames of a feature are found from its page", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=1a&feature=1~2b")
  await page.getByRole("dialog").getByRole("button", { name: "Find more" }).click()
  await expect(page.getByRole("dialog")).toHaveCount(0)
  await expect(page.getByText("6 frames by feature 1 (value function, layer 2b), largest in size first.")).toBeVisible()
  await expect(page.getByLabel("What frames are found by")).toBeInViewport()
})
