import path from "node:path"
import { writePage } from "../pages.mjs"
import { writeSynthetic } from "../synthetic.mjs"
import { expect, expectFrame, expectPixel, hash, observationColor, onTimeline, openPage, screen, test } from "./fixtures"

test.beforeAll(() => {
  const folder = path.join(process.env.TEST_PAGES!, "whole")
  writePage(folder, { ...writeSynthetic(folder), formatting: { scrubber_visible_duration: 256 } })
})

test.beforeEach(({ page }) => openPage(page, "synthetic", "#layer=2b"))

test("stepping shows the next and the previous frame, across sheets", async ({ page }) => {
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 0))
  for (let i = 0; i < 16; i++) await page.getByRole("button", { name: "Step forward" }).click()
  await expectFrame(page, 17)
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 16))
  await page.getByRole("button", { name: "Step back" }).click()
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 15))
  await expect.poll(async () => (await hash(page)).get("frame")).toBe("16")
})

test("playing shows every frame once, in order, and stops at the end", async ({ page }) => {
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 0))
  await page.evaluate(() => {
    const canvas = document.querySelector("figure canvas") as HTMLCanvasElement
    const seen: string[] = ((window as any).seen = [canvas.dataset.shown!])
    new MutationObserver(() => seen.push(canvas.dataset.shown!)).observe(canvas, { attributeFilter: ["data-shown"] })
  })
  await page.getByRole("button", { name: "Play", exact: true }).click()
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible()
  await expectFrame(page, 40)
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible()
  const seen = await page.evaluate(() => (window as any).seen as string[])
  expect([...new Set(seen)]).toEqual(Array.from({ length: 40 }, (_, i) => `0.png ${i}`))
})

test("playing backwards ends at the first frame, and pausing holds the frame", async ({ page }) => {
  await onTimeline(page, "End")
  await page.getByRole("button", { name: "Play backwards" }).click()
  await expectFrame(page, 1)
  await page.getByRole("spinbutton").fill("5")
  await page.getByRole("spinbutton").press("Tab")
  await page.getByRole("button", { name: "Play", exact: true }).click()
  await expectFrame(page, 3)
  await page.getByRole("button", { name: "Pause" }).click()
  const shown = await page.getByTestId("frame").textContent()
  await page.waitForTimeout(500)
  await expect(page.getByTestId("frame")).toHaveText(shown!)
  await expect.poll(async () => (await hash(page)).get("speed")).toBe("5")
})

test("keys: space plays, arrows step when paused and turn the direction when playing", async ({ page }) => {
  await page.keyboard.press("ArrowRight")
  await page.keyboard.press("ArrowRight")
  await page.keyboard.press("ArrowLeft")
  await expectFrame(page, 2)
  await onTimeline(page, "PageDown")
  await expectFrame(page, 12)
  await onTimeline(page, "PageUp")
  await expectFrame(page, 2)
  await onTimeline(page, "End")
  await expectFrame(page, 40)
  await page.keyboard.press("ArrowLeft")
  await page.keyboard.press(" ")
  await page.keyboard.press("ArrowRight")
  await expectFrame(page, 40)
  await page.keyboard.press("ArrowLeft")
  await page.keyboard.press(" ")
  await onTimeline(page, "Home")
  await expectFrame(page, 1)
})

test("scrubbing: the frame under the pointer, again and again; beyond the edge the part in view follows", async ({ page }) => {
  const slider = page.getByRole("slider", { name: "Frame" })
  const box = (await slider.boundingBox())!
  const at = (frame: number) => [box.x + ((frame + 0.5) / 20) * box.width, box.y + box.height / 2] as const
  for (let i = 0; i < 4; i++) {
    await page.mouse.click(...at(18))
    await expectFrame(page, 19)
  }
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 18))
  await page.mouse.move(...at(7))
  await page.mouse.down()
  await page.mouse.move(...at(12))
  await expectFrame(page, 13)
  await page.mouse.move(...at(19))
  await expectFrame(page, 20)
  await page.mouse.move(...at(22))
  await expectFrame(page, 23)
  await page.mouse.up()
  await expect(slider).toHaveAttribute("aria-valuenow", "23")
  // What is in view goes on from there.
  await page.mouse.click(...at(19))
  await expectFrame(page, 23)
  await page.mouse.click(...at(0))
  await expectFrame(page, 4)
  // Steps keep some room around the frame.
  await slider.press("ArrowLeft")
  const head = (await slider.locator(".head").boundingBox())!
  expect(head.x).toBeGreaterThan(box.x + 0.05 * box.width)
})

test("the part in view can be moved: on the overview, and sideways with the wheel", async ({ page }) => {
  const slider = page.getByRole("slider", { name: "Frame", exact: true })
  const part = page.getByRole("slider", { name: "Part of the timeline in view" })
  await expect(page.getByText("in view 1–20 of 40")).toBeVisible()
  await part.press("End")
  await expect(page.getByText("in view 21–40 of 40")).toBeVisible()
  await expectFrame(page, 1)
  await slider.click({ position: { x: 3, y: 5 } })
  await expectFrame(page, 21)
  await slider.hover()
  await page.mouse.wheel(-100000, 0)
  await expect(page.getByText("in view 1–20 of 40")).toBeVisible()
  await part.click()
  await expect(page.getByText(/in view (9|1\d)–/)).toBeVisible()
  await expect(slider).toBeFocused()
  await slider.press("End")
  await expect(page.getByText("in view 21–40 of 40")).toBeVisible()
})

test("where all of a trajectory is in view there is nothing to move", async ({ page }) => {
  await openPage(page, "whole")
  await expect(page.getByRole("slider", { name: "Frame" })).toBeVisible()
  await expect(page.getByRole("slider", { name: "Part of the timeline" })).toHaveCount(0)
})

test("what the frame is about: rewards, action, policy, values and episode", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&trajectory=2&frame=11")
  await expect(page.getByTestId("reward")).toHaveText("10")
  await expect(page.getByTestId("action")).toHaveText("↗")
  await expect(page.getByText("1 of 20, failed")).toBeVisible()
  await expect(page.getByRole("group", { name: "Policy: right + up 79 %, no key 11 %, right 11 %" })).toBeVisible()
  await expect(page.getByTestId("value of value function")).toHaveText("−0.351")
  await expect(page.getByTestId("value of advantage")).toHaveText("−0.37")
})
