import type { Locator } from "@playwright/test"
import { attributionColor, expect, expectPixel, hash, mixed, observationColor, onTimeline, openPage, screen, test } from "./fixtures"

const FRAME = 17

test.beforeEach(({ page }) => openPage(page, "synthetic", "#layer=2b&frame=18"))

test("observation, positive and negative attribution of the shown frame", async ({ page }) => {
  await expectPixel(page, screen(page, "Observation"), observationColor(0, FRAME))
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_prin", FRAME))
  await expectPixel(page, screen(page, "Negative"), mixed("2b_0_v_neg_prin", FRAME))
})

test("switches: overlay, combine, residual", async ({ page }) => {
  await page.getByLabel("show residual").check()
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_all", FRAME))
  await page.getByLabel("combine").check()
  await expectPixel(page, screen(page, "Attribution"), mixed("2b_0_v_abs_all", FRAME))
  await expect(page.getByText("good news")).toHaveCount(0)
  await page.getByLabel("overlay").uncheck()
  await expectPixel(page, screen(page, "Attribution"), attributionColor("2b_0_v_abs_all", FRAME))
  await expect.poll(async () => (await hash(page)).get("show")).toBe("combine,residual")
  await page.reload()
  await expectPixel(page, screen(page, "Attribution"), attributionColor("2b_0_v_abs_all", FRAME))
  for (const key of ["r", "c", "o"]) await page.keyboard.press(key)
  await expectPixel(page, screen(page, "Negative"), mixed("2b_0_v_neg_prin", FRAME))
})

test("layers, also the input layer, which has neither legend nor totals", async ({ page }) => {
  await page.getByRole("radio", { name: "1a" }).check()
  await expectPixel(page, screen(page, "Positive"), mixed("1a_0_v_pos_prin", FRAME))
  await page.keyboard.press("L")
  await expect(page.getByRole("radio", { name: "input" })).toBeChecked()
  await expectPixel(page, screen(page, "Positive"), mixed("input_0_v_pos_prin", FRAME))
  await expect(page.getByText("Totals")).toHaveCount(0)
  await expect(page.getByText("The input has no features")).toBeVisible()
  await expect.poll(async () => (await hash(page)).get("layer")).toBe("input")
})

test("rows: add, choose the output, remove; graphs and URL follow", async ({ page }) => {
  await page.getByRole("button", { name: "Add row" }).click()
  await expectPixel(page, screen(page, "Positive", 1), mixed("2b_0_action_0_pos_prin", FRAME))
  await page.getByLabel("Network output of row 2").selectOption({ label: "logits of any →" })
  await expectPixel(page, screen(page, "Positive", 1), mixed("2b_0_action_group_1_2_pos_prin", FRAME))
  await expect(page.getByTestId("value of logits of any →")).toHaveText("2")
  await expect.poll(async () => (await hash(page)).get("rows")).toBe("v,g1-2")
  await page.reload()
  await expect(page.getByLabel("Network output of row 2")).toHaveValue("g1-2")
  await page.getByRole("button", { name: "Remove row 1" }).click()
  await expect(page.getByRole("article")).toHaveCount(1)
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_action_group_1_2_pos_prin", FRAME))
  await expect(page.getByTestId("value of value function")).toHaveCount(0)
})

test("totals and trust of the shown frame, from JSON in files", async ({ page }) => {
  await expect(page.getByTitle("1: −0.18")).toBeVisible()
  await expect(page.getByTitle("3: +0.18")).toBeVisible()
  await expect(page.getByTitle("residual: +0.05")).toBeVisible()
  // −0.18 + 0 + 0.18 of features, 0.05 of residual and a gap of 0.02; the value is 3 + sin(17 / 4).
  const trust = page.getByTestId("trust")
  const text = "V(0) 2.0350 features 0.0000 residual +0.0500 gap +0.0200 = V(x) 2.1050"
  await expect(trust).toHaveText(`${text} large gap: raise attr_integrate_steps`, { useInnerText: true })
  await expect(trust).toHaveAttribute("title", /Integrated over 20 points, and more where .*attr_rule adaptive/)
  // The chart has five steps, each of which begins where the one before ends.
  const edges = await trust.locator("rect").evaluateAll((all) =>
    all.map((bar) => [bar.getAttribute("class")!.split(" ")[0], Number(bar.getAttribute("y")), Number(bar.getAttribute("height"))] as const),
  )
  expect(edges.map(([kind]) => kind)).toEqual(["level", "features", "residual", "gap", "level"])
  for (const [i, [, top]] of edges.entries()) if (i) expect(top + edges[i][2]).toBeCloseTo(edges[i - 1][1], 6)
  await onTimeline(page, "Home")
  await expect(page.getByTitle("3: +0.01")).toBeVisible()
})

test("the scrubs under the graph show attribution by frame", async ({ page }) => {
  // The first 20 frames are in view: the fourth is at 3.5 / 20 of the width.
  const strip = page.locator(".strip").filter({ has: page.locator('img[src$="2b_0_v_pos_prin.png"]') })
  await expectPixel(page, strip, mixed("2b_0_v_pos_prin", 3), 3.5 / 20)
})

test("totals stand beside the screens where there is room, then the legend is in view too", async ({ page }) => {
  const boxes = async () => {
    const totals = (await page.getByRole("heading", { name: "Totals" }).boundingBox())!
    return { totals, picture: (await screen(page, "Negative").boundingBox())! }
  }
  for (const [width, height] of [[1440, 900], [1920, 1080]]) {
    await page.setViewportSize({ width, height })
    await expect.poll(async () => { const { totals, picture } = await boxes(); return totals.x > picture.x + picture.width }).toBe(true)
    const tile = (await page.getByRole("button", { name: "Feature 1" }).boundingBox())!
    expect(tile.y + tile.height).toBeLessThan(height)
  }
  for (const [width, height] of [[900, 900], [1600, 1150]]) {
    await page.setViewportSize({ width, height })
    await expect.poll(async () => { const { totals, picture } = await boxes(); return totals.y > picture.y + picture.height }).toBe(true)
    // One column for each feature, above its place in the legend.
    const centre = async (item: Locator) => item.boundingBox().then((box) => box!.x + box!.width / 2)
    const tile = page.getByRole("button", { name: "Feature 3" })
    expect(Math.abs((await centre(page.getByTitle("3: +0.18"))) - (await centre(tile)))).toBeLessThan(2)
  }
})

test("numbers of totals do not cover each other, however narrow the window", async ({ page }) => {
  for (const width of [1440, 900, 360]) {
    await page.setViewportSize({ width, height: 900 })
    const covered = () =>
      page.locator("li .value").evaluateAll((values) => {
        const boxes = values.map((value) => value.getBoundingClientRect())
        const apart = (a: DOMRect, b: DOMRect) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top
        return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => !apart(a, b))).length
      })
    await expect(page.locator("li .value").first()).toBeVisible()
    await expect.poll(covered).toBe(0)
  }
})

test("screens say that they are loading, and change together, however late a picture comes", async ({ page }) => {
  await expectPixel(page, screen(page, "Negative"), mixed("2b_0_v_neg_prin", FRAME))
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route("**/attribution/2b_1_v_neg_*.png", async (route) => {
    await released
    await route.continue()
  })
  const shown = () => page.locator("figure canvas").evaluateAll((all) => all.map((canvas) => (canvas as HTMLElement).dataset.shown!))
  // What is on view after each change, were it but for a moment.
  await page.evaluate(() => {
    const seen: string[][] = ((window as any).seen = [])
    const canvases = [...document.querySelectorAll<HTMLElement>("figure canvas")]
    const observer = new MutationObserver(() => seen.push(canvases.map((canvas) => canvas.dataset.shown!)))
    for (const canvas of canvases) observer.observe(canvas, { attributeFilter: ["data-shown"] })
  })
  const before = ["0.png 17", "0.png 17", "2b_0_v_pos_prin.png 17", "0.png 17", "2b_0_v_neg_prin.png 17"]
  expect(await shown()).toEqual(before)
  await page.getByRole("link", { name: "trajectory 2, frame 29" }).click()
  await expect(page.locator("figure[aria-busy=true]")).toHaveCount(3)
  await expect(page.getByRole("img", { name: "Loading: Observation at frame 29 of trajectory 2" })).toBeVisible()
  // The other pictures have long been there.
  await page.evaluate(() => fetch("trajectories/1-1.png").then(() => fetch("attribution/2b_1_v_pos_prin-1.png")))
  expect(await shown()).toEqual(before)
  await expect(screen(page, "Observation").locator("canvas")).toHaveCSS("opacity", "0.2")
  release()
  await expect(page.locator("figure[aria-busy=true]")).toHaveCount(0)
  await expectPixel(page, screen(page, "Negative"), mixed("2b_1_v_neg_prin", 28))
  const after = ["1.png 28", "1.png 28", "2b_1_v_pos_prin.png 28", "1.png 28", "2b_1_v_neg_prin.png 28"]
  expect(await page.evaluate(() => (window as any).seen)).toEqual([after])
  await expect(page.getByRole("img", { name: "Observation at frame 29 of trajectory 2", exact: true })).toBeVisible()
})
