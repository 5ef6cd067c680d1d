import fs from "node:fs"
import path from "node:path"
import { writePage } from "../pages.mjs"
import { FRAMES, writeSynthetic } from "../synthetic.mjs"
import { violations } from "./axe"
import { expect, expectFrame, expectPixel, hash, mixed, observationColor, onTimeline, openPage, screen, test } from "./fixtures"

// Two models with one trajectory each. Original: levels from frame 1, 11 and 31; edited: from 1 and 7, and no third.
// On another page the same trajectories as one episode each, of levels with numbers.

/** Frames of the second trajectory of that page. */
const SHORT = 25

const marks = (...frames: number[]) => Array.from({ length: FRAMES }, (_, t) => (frames.includes(t) ? 1 : 0))

test.beforeAll(() => {
  const folder = path.join(process.env.TEST_PAGES!, "models")
  const props = writeSynthetic(folder)
  props.trajectories.dones = [marks(9, 29), marks(5)]
  writePage(folder, {
    ...props,
    models: [
      { name: "original", trajectories: [0] },
      { name: "edited", trajectories: [1] },
    ],
  })
  const levels = path.join(process.env.TEST_PAGES!, "levels")
  fs.cpSync(folder, levels, { recursive: true })
  props.trajectories.dones = [marks(39), marks(SHORT - 1)]
  props.trajectories.rewards = [marks(39), marks()]
  for (const rows of Object.values(props.trajectories) as unknown[][][]) rows[1] = rows[1].slice(0, SHORT)
  writePage(levels, { ...props, episodes: [{ trajectory: 0, level: 1234, cause: null }, { trajectory: 1, level: 77, cause: "buzzsaw" }] })
})

test("a switch and a key change the model, in the same level, and the address keeps it", async ({ page }) => {
  await openPage(page, "models", "#layer=2b&frame=13")
  await page.getByRole("radio", { name: "edited" }).check()
  // The third frame of the second level.
  await expectFrame(page, 9)
  await expectPixel(page, screen(page, "Observation"), observationColor(1, 8))
  await expectPixel(page, screen(page, "Positive"), mixed("2b_1_v_pos_prin", 8))
  await expect.poll(async () => (await hash(page)).get("model")).toBe("2")
  expect((await hash(page)).get("trajectory")).toBe("1")
  await expect(page.getByRole("radiogroup", { name: "Trajectory" }).getByRole("radio")).toHaveCount(1)
  await page.reload()
  await expectPixel(page, screen(page, "Observation"), observationColor(1, 8))
  await page.keyboard.press("m")
  await expectFrame(page, 13)
  await expect(page.getByRole("radio", { name: "original" })).toBeChecked()
  // The edited model did not come to the third level: its last frame.
  await onTimeline(page, "End")
  await page.keyboard.press("M")
  await expectFrame(page, 40)
  await page.keyboard.press("?")
  await expect(page.getByRole("dialog")).toContainText("next, previous model")
})

test("side by side with one click: each model as far into the same level", async ({ page }) => {
  await openPage(page, "models", "#layer=2b&frame=13")
  await page.getByLabel("side by side").check()
  await expect(page.getByRole("article")).toHaveCount(2)
  await expectPixel(page, screen(page, "Observation", 0), observationColor(0, 12))
  await expectPixel(page, screen(page, "Observation", 1), observationColor(1, 8))
  await expectPixel(page, screen(page, "Negative", 1), mixed("2b_1_v_neg_prin", 8))
  await expect.poll(async () => (await hash(page)).get("rows")).toBe("v~~~1,v~~~2")
  expect(await violations(page)).toEqual([])
  await page.reload()
  await expect(page.getByLabel("side by side")).toBeChecked()
  await expectPixel(page, screen(page, "Observation", 1), observationColor(1, 8))
  // Where its episode is over, the last frame of it; where it did not come to the level, that is said.
  await onTimeline(page, "Home")
  for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowRight")
  await expectPixel(page, screen(page, "Observation", 1), observationColor(1, 5))
  await onTimeline(page, "End")
  await expect(page.getByRole("article").nth(1)).toContainText("edited did not come to this level")
  await expectPixel(page, screen(page, "Observation", 0), observationColor(0, 39))
  await page.keyboard.press("s")
  await expect(page.getByRole("article")).toHaveCount(1)
  await page.getByLabel("compare").check()
  await page.getByLabel("Model of row 2").selectOption("edited")
  await expect(page.getByLabel("side by side")).not.toBeChecked()
})

test("bookmarks are the model's own, episodes are of both and can be filtered", async ({ page }) => {
  await openPage(page, "models")
  await expect(page.getByRole("link", { name: "trajectory 1, frame 20" })).toBeVisible()
  await expect(page.getByRole("link", { name: "trajectory 1, frame 29" })).toHaveCount(0)
  await page.keyboard.press("m")
  await page.getByRole("link", { name: "trajectory 1, frame 29" }).click()
  await expectPixel(page, screen(page, "Observation"), observationColor(1, 28))
  const rows = page.getByRole("region", { name: "Table of episodes" }).locator("tbody tr")
  await expect(rows).toHaveCount(5)
  await expect(rows.first()).toContainText("original11")
  await page.getByLabel("Model of the episodes").selectOption("edited")
  await expect(rows).toHaveCount(2)
  await page.getByRole("button", { name: "Add note" }).click()
  await expect(page.getByLabel("Note on edited, trajectory 1, frame 29")).toBeVisible()
})

test("exports say which model", async ({ page }) => {
  await openPage(page, "models", "#model=2&layer=2b&show=compare&rows=v~~~1,v~~~2")
  for (const [button, name] of [["Save CSV", "edited-trajectory-1.csv"], ["Save PNG", "edited-trajectory-1-frame-1.png"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()])
    expect(download.suggestedFilename()).toBe(name)
    if (name.endsWith("csv")) expect(fs.readFileSync(await download.path(), "utf8")).toMatch(/^model,trajectory,.*\nedited,1,1,/)
  }
})

test("levels and causes have columns where they are known", async ({ page }) => {
  await openPage(page, "levels")
  const table = page.getByRole("region", { name: "Table of episodes" })
  await expect(table.getByRole("columnheader")).toHaveCount(10)
  await table.getByRole("button", { name: "level" }).click()
  await expect(table.locator("tbody tr").first()).toContainText("77")
  await expect(table.locator("tbody tr").first()).toContainText("failedbuzzsaw")
  await expect(table.locator("tbody tr").last()).toContainText("1234")
  await expect(page.getByTestId("level")).toHaveText("1234")
  await expect(page.getByRole("radio", { name: "edited" })).toHaveCount(0)
  // The shorter episode ends where it ends.
  await onTimeline(page, "End")
  await expectFrame(page, FRAMES)
  await page.keyboard.press("t")
  await expect(page.getByTestId("frame")).toHaveText(`${SHORT} of ${SHORT}`)
  await expect(page.getByTestId("level")).toHaveText("77")
  await expectPixel(page, screen(page, "Observation"), observationColor(1, SHORT - 1))
})

test("side by side: value, policy, action and timeline of each model, and one scale for all, or each its own", async ({ page }) => {
  const folder = path.join(process.env.TEST_PAGES!, "scales")
  fs.cpSync(path.join(process.env.TEST_PAGES!, "models"), folder, { recursive: true })
  const html = fs.readFileSync(path.join(folder, "interface.html"), "utf8")
  const props = JSON.parse(/type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)![1])
  // The second model's totals are ten times as large, its images have full brightness at twice as much.
  fs.writeFileSync(path.join(folder, "attribution_totals/2b_1_0_residuals.json"), JSON.stringify(Array(FRAMES).fill(-4)))
  for (const entry of props.attributions) entry.scales = entry.images.map(() => (entry.trajectory + 1) * 0.25)
  writePage(folder, props)
  await openPage(page, "scales", "#layer=2b&frame=13&show=compare&rows=v~~~1,v~~~2")
  const readouts = page.getByTestId("readout")
  await expect(readouts).toHaveText([/frame 13\s+failed\s+value 0.141\s+next action none/, /frame 9\s+unfinished\s+value 0.141\s+next action none/])
  await expect(readouts.nth(1).getByRole("group", { name: /^Policy: no key 79 %/ })).toBeVisible()
  // The second model's value, at the frames of the first: frame 9 of it is as far as frame 13.
  await expect(page.getByTestId("value of value function, edited")).toHaveText("0.141")
  await expect(page.locator(".tracks svg path")).toHaveCount(3)
  await onTimeline(page, "End")
  await expect(page.getByTestId("value of value function, edited")).toHaveText("–")
  await onTimeline(page, "Home")

  const scales = () => page.getByRole("heading", { name: "Totals" }).allTextContents()
  await expect.poll(scales).toEqual(Array(2).fill("Totals summed over the picture, scale ±4"))
  await expect(page.locator("figure").filter({ hasText: "Positive" })).toHaveText([/good news, full at 0.5/, /good news, full at 0.5/])
  const shown = () => page.locator("figure canvas[aria-label^=Positive]").evaluateAll((all) => all.map((canvas) => getComputedStyle(canvas).opacity))
  expect(await shown()).toEqual(["0.5", "1"])
  const strips = () => page.locator('.strip img[src$="2b_0_v_pos_prin.png"]').evaluateAll((all) => all.map((img) => getComputedStyle(img).opacity))
  expect(await strips()).toEqual(["0.5"])
  await page.getByLabel("one scale").uncheck()
  await expect.poll(scales).toEqual(["0.4", "4"].map((scale) => `Totals summed over the picture, scale ±${scale}`))
  await expect(page.locator("figure").filter({ hasText: "Positive" })).toHaveText([/full at 0.25/, /full at 0.5/])
  expect(await shown()).toEqual(["1", "1"])
  await expect.poll(async () => (await hash(page)).get("show")).toBe("compare,ownScale")
  await page.reload()
  await expect(page.getByLabel("one scale")).not.toBeChecked()
})
