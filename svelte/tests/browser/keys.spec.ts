import type { Page } from "@playwright/test"
import { expect, expectFrame, hash, openPage, test } from "./fixtures"

// Keys mean the same whatever was clicked before, controls keep their own keys, and no focus is lost.

test.beforeEach(({ page }) => openPage(page, "synthetic", "#layer=2b"))

const slider = (page: Page) => page.getByRole("slider", { name: "Frame" })
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim())

test("after a click, whatever on, space plays and arrows step", async ({ page }) => {
  const table = page.getByRole("region", { name: "Table of episodes" })
  for (const [control, frame] of [
    [page.getByRole("link", { name: "trajectory 1, frame 20" }), 20],
    [page.getByRole("button", { name: "Step forward" }), 21],
    [page.getByLabel("overlay"), 21],
    [page.getByRole("radio", { name: "1a" }), 21],
    [table.getByTitle("First frame of the episode: go to frame 11").first(), 11],
    [page.getByRole("button", { name: "Copy link" }), 11],
  ] as const) {
    await control.click({ force: true })
    await expectFrame(page, frame)
    await expect(slider(page)).toBeFocused()
    await page.keyboard.press("ArrowRight")
    await expectFrame(page, frame + 1)
    await page.keyboard.press("ArrowLeft")
    await expectFrame(page, frame)
  }
  await page.getByLabel("overlay").click()
  await expect(slider(page)).toBeFocused()
  await page.keyboard.press(" ")
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible()
  await expect(page.getByLabel("overlay")).toBeChecked()
  await page.keyboard.press(" ")
  await expect(page.getByRole("button", { name: "Pause" })).toHaveCount(0)
})

test("after choosing in a list, and after typing a speed, keys are the timeline's again", async ({ page }) => {
  const output = page.getByLabel("Network output of row 1")
  await output.click()
  await output.selectOption("a1")
  await page.keyboard.press("Escape")
  await output.dispatchEvent("pointerdown", { pointerType: "mouse" })
  await output.selectOption("a0")
  await expect(slider(page)).toBeFocused()
  await page.keyboard.press("ArrowRight")
  await expectFrame(page, 2)
  await expect(output).toHaveValue("a0")
  const speed = page.getByRole("spinbutton")
  await speed.click()
  await speed.fill("7")
  await page.keyboard.press("Enter")
  await page.keyboard.press(" ")
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible()
  await page.keyboard.press(" ")
  await expect.poll(async () => (await hash(page)).get("speed")).toBe("7")
})

test("after a popup is closed with the mouse, keys are the timeline's; with the keyboard, focus is where it was", async ({ page }) => {
  await page.getByRole("button", { name: "Feature 1" }).click()
  await page.getByRole("button", { name: "Close" }).click()
  await page.keyboard.press("ArrowRight")
  await expectFrame(page, 2)
  await page.getByRole("button", { name: "Help" }).focus()
  await page.keyboard.press("Enter")
  await page.keyboard.press("Escape")
  await expect(page.getByRole("button", { name: "Help" })).toBeFocused()
})

test("arrows choose among radio buttons, and other keys scroll, but on the timeline", async ({ page }) => {
  await page.getByRole("radio", { name: "2b" }).focus()
  await page.keyboard.press("ArrowLeft")
  await expect(page.getByRole("radio", { name: "1a" })).toBeChecked()
  await expectFrame(page, 1)
  await page.setViewportSize({ width: 1280, height: 600 })
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.keyboard.press("PageDown")
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100)
  await expectFrame(page, 1)
  await slider(page).focus()
  for (const [key, frame] of [["PageDown", 11], ["ArrowUp", 12], ["ArrowDown", 11], ["End", 40], ["Home", 1]] as const) {
    await page.keyboard.press(key)
    await expectFrame(page, frame)
  }
  await expect(slider(page)).toHaveAttribute("aria-valuetext", "frame 1 of 40, 1 of 10 in an episode")
})

test("at most ten stops before playback, and a way past the rest", async ({ page }) => {
  const stops: (string | null | undefined)[] = []
  for (let i = 0; i < 12 && stops.at(-1) !== "Step back"; i++) {
    await page.keyboard.press("Tab")
    stops.push(await focused(page))
  }
  expect(stops.at(-1)).toBe("Step back")
  expect(stops.length - 1).toBeLessThanOrEqual(10)
  await page.reload()
  await page.keyboard.press("Tab")
  await expect(page.getByRole("button", { name: "Skip to the timeline" })).toBeInViewport()
  await page.keyboard.press("Enter")
  await expect(slider(page)).toBeFocused()
  await page.getByRole("button", { name: "Skip to layers" }).focus()
  await page.keyboard.press("Enter")
  await page.keyboard.press("Tab")
  await page.keyboard.press("Tab")
  await expect(page.getByRole("radio", { name: "2b" })).toBeFocused()
})

test("focus is never lost: naming, notes, rows", async ({ page }) => {
  const name = page.getByRole("button", { name: "2: name this feature" })
  for (const key of ["Enter", "Escape"]) {
    await name.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("coin")
    await page.keyboard.press(key)
    await expect(name).toBeFocused()
  }
  const add = page.getByRole("button", { name: "Add note" })
  for (const key of ["Escape", "Enter"]) {
    await add.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("A note.")
    await page.keyboard.press(key)
    await expect(add).toBeFocused()
  }
  await page.getByRole("button", { name: "Change", exact: true }).focus()
  await page.keyboard.press("Enter")
  await page.keyboard.press("Escape")
  await expect(page.getByRole("button", { name: "Change", exact: true })).toBeFocused()
  await page.getByRole("button", { name: "Delete", exact: true }).focus()
  await page.keyboard.press("Enter")
  await expect(page.getByRole("button", { name: "Undo delete" })).toBeFocused()
  await page.keyboard.press("Enter")
  await expect(add).toBeFocused()
  await page.getByRole("button", { name: "Add row" }).click()
  await page.getByRole("button", { name: "Remove row 2" }).focus()
  await page.keyboard.press("Enter")
  await expect(slider(page)).toBeFocused()
})

test("a click on the timeline draws no ring around it, the keyboard does", async ({ page }) => {
  await slider(page).click({ position: { x: 5, y: 5 } })
  expect(await slider(page).evaluate((area) => area.matches(":focus-visible"))).toBe(false)
  await page.keyboard.press("Tab")
  await page.keyboard.press("Shift+Tab")
  expect(await slider(page).evaluate((area) => area.matches(":focus-visible"))).toBe(true)
})

test("impossible values of links are put right, and the field of the speed shows what it is", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&speed=1e9&feature=99~1a&frame=0.5&trajectory=-2")
  const speed = page.getByRole("spinbutton")
  await expect(speed).toHaveValue("120")
  await expect.poll(async () => (await hash(page)).get("speed")).toBe("120")
  expect((await hash(page)).get("feature")).toBe(null)
  expect((await hash(page)).get("trajectory")).toBe("1")
  for (const typed of ["500", "500"]) {
    await speed.fill(typed)
    await page.keyboard.press("Tab")
    await expect(speed).toHaveValue("120")
  }
  for (const [typed, shown] of [["0", "1"], ["-3", "1"], ["", "1"]]) {
    await speed.fill(typed)
    await page.keyboard.press("Tab")
    await expect(speed).toHaveValue(shown)
  }
})
