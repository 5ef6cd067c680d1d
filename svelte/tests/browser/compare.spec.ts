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

test("the choice of a row's feature stays in view, over a reload, and by keyboard each can be reached", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&show=overlay,compare&rows=v,v~~1")
  const select = page.getByLabel("Channel of row 2")
  const chosen = () => select.evaluate((list: HTMLSelectElement) => list.selectedOptions[0]?.text)
  expect(await chosen()).toBe("2")
  await select.selectOption({ label: "residual" })
  expect(await chosen()).toBe("residual")
  await expect.poll(async () => (await hash(page)).get("rows")).toBe("v,v~~res")
  await page.reload()
  expect(await chosen()).toBe("residual")
  await select.focus()
  for (const label of ["3", "2", "1", "all features"]) {
    await page.keyboard.press("ArrowUp")
    expect(await chosen()).toBe(label)
  }
  await expectPixel(page, screen(page, "Positive", 1), mixed("2b_0_v_pos_prin", 0))
})

test("leaving the comparison leaves no row twice", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b")
  await page.getByLabel("compare").check()
  await page.getByRole("button", { name: "Add row" }).click()
  await page.getByLabel("Channel of row 2").selectOption({ label: "2" })
  await expect(page.getByRole("article")).toHaveCount(3)
  await page.getByLabel("compare").uncheck()
  await expect(page.getByRole("article")).toHaveCount(2)
  await expect.poll(async () => (await hash(page)).get("rows")).toBe("v,a0")
  for (let left = 2; left > 0; left--) await page.getByRole("button", { name: "Add row" }).click()
  await expect(page.getByRole("button", { name: "Add row" })).toBeDisabled()
})

test("a link's rows of layers, features and models that are not there show what is there", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&show=overlay,compare&rows=v~9z~77~5")
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_prin", 0))
  await expect(page.getByLabel("Layer of row 1")).toHaveValue("2b")
  await expect(page.getByRole("alert")).toHaveCount(0)
})
