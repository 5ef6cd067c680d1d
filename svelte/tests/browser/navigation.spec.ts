import { expect, expectFrame, expectPixel, hash, observationColor, openPage, screen, test } from "./fixtures"

test("trajectories: by click and by key", async ({ page }) => {
  await openPage(page, "synthetic", "#frame=4")
  await expect(page.getByRole("radio", { name: "1a" })).toBeChecked()
  await page.getByRole("radio", { name: "2", exact: true }).check()
  await expectPixel(page, screen(page, "Observation"), observationColor(1, 3))
  await expect.poll(async () => (await hash(page)).get("trajectory")).toBe("2")
  await page.keyboard.press("t")
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 3))
})

test("bookmarks of advantage and of value spikes", async ({ page }) => {
  await openPage(page, "synthetic")
  await page.getByRole("link", { name: "trajectory 1, frame 20" }).click()
  await expectFrame(page, 20)
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 19))
  await page.getByRole("link", { name: "trajectory 2, frame 29" }).click()
  await expectFrame(page, 29)
  await expectPixel(page, screen(page, "Observation"), observationColor(1, 28))
  const spike = page.getByRole("link", { name: "trajectory 1, frame 18" })
  await spike.click()
  await expect(page.getByTestId("value of value function")).toHaveText("2.11")
  await expect(spike).toHaveAttribute("aria-current", "true")
  await page.goBack()
  await expectFrame(page, 29)
})

test("the URL brings back layer, trajectory and frame; nonsense in it does no harm", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=1a&trajectory=2&frame=33&rows=a1")
  await expectPixel(page, screen(page, "Observation"), observationColor(1, 32))
  await expect(page.getByRole("radio", { name: "1a" })).toBeChecked()
  await expect(page.getByLabel("Network output of row 1")).toHaveValue("a1")
  await openPage(page, "synthetic", "#layer=9z&trajectory=77&frame=999&rows=zz&feature=99~1a&speed=-1")
  await expectFrame(page, 40)
  await expect(page.getByRole("article")).toHaveCount(1)
})

test("a link is followed although the URL changes with the view before the page hears of it", async ({ page }) => {
  await openPage(page, "synthetic")
  await page.evaluate(() => {
    const before = location.hash
    location.hash = "#trajectory=2&frame=33"
    history.replaceState(null, "", before)
  })
  await expectFrame(page, 33)
})

test("help lists the keys, the theme button changes colours", async ({ page }) => {
  await openPage(page, "synthetic")
  await page.keyboard.press("?")
  await expect(page.getByRole("dialog")).toContainText("play or pause")
  await page.keyboard.press("Escape")
  await expect(page.getByRole("dialog")).toHaveCount(0)
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await background()
  await page.getByRole("button", { name: "Theme" }).click()
  await page.getByRole("button", { name: "Theme: light" }).click()
  expect(await background()).not.toBe(light)
  await page.reload()
  await expect(page.getByRole("button", { name: "Theme: dark" })).toBeVisible()
  expect(await background()).not.toBe(light)
})

test("a page opens where its data say, unless its address asks for another place", async ({ page }) => {
  await page.route("**/synthetic/interface.html", async (route) => {
    const response = await route.fetch()
    const opening = JSON.stringify({ layer: "2b", trajectory: 1, frame: 16 })
    const body = (await response.text()).replace(/(type="application\/json"[^>]*>\{)/, `$1"opening":${opening},`)
    await route.fulfill({ response, body })
  })
  for (const [hash, frame, trajectory] of [["", 17, "2"], ["#show=overlay", 17, "2"], ["#trajectory=1", 1, "1"], ["#frame=3", 3, "1"]] as const) {
    await openPage(page, "synthetic", hash)
    await expectFrame(page, frame)
    await expect(page.getByRole("radio", { name: trajectory, exact: true })).toBeChecked()
  }
})
