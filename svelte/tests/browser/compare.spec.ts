import { expect, expectPixel, hash, mixed, openPage, screen, test } from "./fixtures"

test("two rows side by side: layers, outputs, channels, one timeline", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b")
  await page.getByLabel("compare").check()
  await expect(page.getByRole("article")).toHaveCount(2)
  await page.getByLabel("Layer of row 1").selectOption("1a")
  await page.getByLabel("Network output of row 2").selectOption({ label: "logit of →" })
  await page.getByLabel("Channel of row 2").selectOption("2")
  await expectPixel(page, screen(page, "Positive", 0), mixed("1a_0_v_pos_prin", 0))
  await expectPixel(page, screen(page, "Positive", 1), mixed("2b_0_action_1_pos_1", 0))
  const [left, right] = [(await screen(page, "Positive", 0).boundingBox())!, (await screen(page, "Positive", 1).boundingBox())!]
  expect(Math.abs(left.y - right.y)).toBeLessThan(30)
  expect(right.x).toBeGreaterThan(left.x + left.width)

  await page.getByRole("slider", { name: "Frame" }).focus()
  await page.keyboard.press("ArrowRight")
  await expectPixel(page, screen(page, "Negative", 0), mixed("1a_0_v_neg_prin", 1))
  await expectPixel(page, screen(page, "Negative", 1), mixed("2b_0_action_1_neg_1", 1))

  // The legend of a row isolates in the rows of its layer.
  await page.getByRole("button", { name: "Feature 3" }).first().hover()
  await expectPixel(page, screen(page, "Positive", 0), mixed("1a_0_v_pos_2", 1))
  await expectPixel(page, screen(page, "Positive", 1), mixed("2b_0_action_1_pos_1", 1))

  await expect.poll(async () => (await hash(page)).get("rows")).toBe("v~1a,a1~~1")
  await page.reload()
  await expectPixel(page, screen(page, "Positive", 1), mixed("2b_0_action_1_pos_1", 1))
  await page.getByLabel("compare").uncheck()
  await expectPixel(page, screen(page, "Positive", 0), mixed("2b_0_v_pos_prin", 1))
})
