import { total, RESIDUAL } from "../synthetic.mjs"
import { violations } from "./axe"
import { expect, expectFrame, expectPixel, hash, mixed, openPage, test } from "./fixtures"

test("the page of a feature: from the legend, to the next and the previous, with all that is known of it", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  await page.getByRole("link", { name: "more of number 2" }).click()
  const dialog = page.getByRole("dialog")
  await expect(dialog).toContainText("Feature 2")
  await expectPixel(page, dialog.getByAltText("Made by gradient"), [10, 200, 30])
  await expect(dialog.getByRole("link", { name: "More of such" })).toHaveAttribute("href", "features.html")
  await dialog.getByRole("button", { name: "Next feature" }).click()
  await expect(dialog).toContainText("Feature 3")
  await expect(dialog.getByAltText("Made by gradient")).toHaveCount(0)
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

test("a name that is measured stands as proposed until somebody takes it over or gives another", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=1a")
  const proposed = page.locator("em", { hasText: "coin?" })
  await expect(proposed).toHaveAttribute("title", /^Proposed by what it responds to/)
  await expect(page.getByRole("button", { name: "Feature 3: coin?" })).toBeVisible()
  await expect(page.getByLabel("What frames are found by").locator("option", { hasText: "feature 3: coin?" })).toHaveCount(1)
  const number = page.getByRole("button", { name: "3: name this feature" })
  const field = page.getByLabel("Name of number 3")
  // Whoever only clicks elsewhere has not said so.
  await number.dblclick()
  await expect(field).toHaveValue("coin")
  await page.getByRole("heading", { name: "Attribution legend" }).click()
  await expect(proposed).toBeVisible()
  expect(await violations(page)).toEqual([])
  await number.dblclick()
  await field.press("Enter")
  await expect(proposed).toHaveCount(0)
  await expect(page.getByRole("button", { name: "Feature 3: coin", exact: true })).toBeVisible()
  // A name of one's own wins, and none at all too.
  for (const [name, label] of [["saw", "Feature 3: saw"], ["", "Feature 3"]]) {
    await number.dblclick()
    await field.fill(name)
    await field.press("Enter")
    await expect(page.getByRole("button", { name: label, exact: true })).toBeVisible()
  }
  await page.reload()
  await expect(page.getByRole("button", { name: "Feature 3", exact: true })).toBeVisible()
})
