import fs from "node:fs"
import path from "node:path"
import { writePage } from "../pages.mjs"
import { FRAMES, total, writeSynthetic } from "../synthetic.mjs"
import { violations } from "./axe"
import {
  attributionColor, expect, expectFrame, expectPixel, hash, mixed, observationColor, onTimeline, openPage, screen, test, type Color,
} from "./fixtures"

// Two models of which the second looks at the frames of the first, and what it differs by: its images are those of layer
// 1a of the second, so that they can be told from them.
// Another page has attribution of the action taken: its images are those of the action "right".

/** What a screen shows of a file over a frame of the first trajectory. */
function over(file: string, frame: number): Color {
  const [r, g, b] = observationColor(0, frame)
  const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return attributionColor(file, frame).map((part) => 0.9 * part + 0.1 * grey) as Color
}

test.beforeAll(() => {
  const folder = path.join(process.env.TEST_PAGES!, "same_frames")
  const props = writeSynthetic(folder)
  // Nothing of it is shown.
  fs.rmSync(path.join(folder, "trajectories/1.png"))
  const { actions, rewards, dones, values, policy_logits, advantages } = props.trajectories
  const minus = (rows: number[][]) => [...rows, rows[1].map((value, t) => value - rows[0][t])]
  const more = policy_logits[1].map((all: number[], t: number) => all.map((logit, i) => logit - policy_logits[0][t][i]))
  const copies = <T>(rows: T[]) => [rows[0], rows[0], rows[0]]
  const file = (name: string) => name.replace("2b_1", "1a_1")
  const ofDifference = <T extends { trajectory: number }>(entries: T[]) => entries.filter(({ trajectory }) => trajectory === 1)
  for (const sums of ["channels", "residuals"]) {
    const numbers = Array.from({ length: FRAMES }, (_, t) => (sums === "channels" ? [0, 1, 2].map((k) => -total(0, t, k)) : -0.05))
    fs.writeFileSync(path.join(folder, `attribution_totals/difference_${sums}.json`), JSON.stringify(numbers))
  }
  writePage(folder, {
    ...props,
    trajectories: {
      actions: copies(actions), rewards: copies(rewards), dones: copies(dones),
      values: minus(values), advantages: minus(advantages), policy_logits: [...policy_logits, more],
    },
    attributions: [
      ...props.attributions.map((entry: any) => ({ ...entry, scales: entry.images.map(() => 0.5) })),
      ...ofDifference<any>(props.attributions).map((entry) => ({ ...entry, trajectory: 2, images: entry.images.map(file), scales: entry.images.map(() => 0.5) })),
    ],
    attribution_totals: [
      ...props.attribution_totals,
      ...ofDifference<any>(props.attribution_totals).map((entry) => ({
        ...entry,
        trajectory: 2,
        channels: entry.channels.map(() => "difference_channels.json"),
        residuals: entry.residuals.map(() => "difference_residuals.json"),
      })),
    ],
    integration_gaps: [
      ...props.integration_gaps,
      ...ofDifference<any>(props.integration_gaps).map((entry) => ({ ...entry, trajectory: 2, baselines: entry.baselines.map(() => 0) })),
    ],
    bookmarks: { high: [[0, 19]], low: [] },
    models: [
      { name: "original", trajectories: [0] },
      { name: "edited", trajectories: [1], looks: true },
      { name: "edited − original", trajectories: [2], looks: true, minus: [1, 0] },
    ],
    frames_of: [0, 0, 0],
  })

  const taken = path.join(process.env.TEST_PAGES!, "taken")
  const plain = writeSynthetic(taken)
  for (const entry of plain.attributions as any[]) {
    const right = entry.images.map((_: string, i: number) => i).filter((i: number) => entry.metadata.type[i] === "action" && entry.metadata.data[i] === 1)
    for (const i of right) {
      entry.images.push(entry.images[i])
      for (const [key, value] of Object.entries({ type: "action_taken", data: null, direction: entry.metadata.direction[i], channel: entry.metadata.channel[i] })) entry.metadata[key].push(value)
    }
  }
  writePage(taken, plain)
})

test("two models on the same frames, and what they differ by beside them", async ({ page }) => {
  await openPage(page, "same_frames", "#layer=2b&trajectory=1&frame=13")
  const rows = page.getByRole("article")
  await expect(rows).toHaveCount(3)
  await expect(page.getByLabel("side by side")).toBeChecked()
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 12))
  await expect(page.locator("figure").filter({ hasText: "Observation" })).toHaveCount(1)
  await expectPixel(page, screen(page, "Positive", 0), mixed("2b_0_v_pos_prin", 12))
  await expectPixel(page, screen(page, "Positive", 1), over("2b_1_v_pos_prin", 12))
  await expectPixel(page, screen(page, "Negative", 2), over("1a_1_v_neg_prin", 12))
  await expect(page.locator("figcaption").filter({ hasText: "than in original" })).toHaveText([
    "Positive more than in original, full at 0.5", "Negative less than in original, full at 0.5",
  ])
  // All in one line, as large as each other.
  const boxes = await Promise.all([0, 1, 2].map(async (row) => (await screen(page, "Positive", row).boundingBox())!))
  for (const box of boxes) expect(Math.abs(box.width - boxes[0].width)).toBeLessThan(3)
  expect(boxes[2].x).toBeGreaterThan(boxes[1].x + boxes[1].width)

  const readouts = page.getByTestId("readout")
  await expect(readouts).toHaveText([
    /frame 13\s+failed\s+value 0.141\s+next action none/, /^\s*value −0.757\s+likeliest action →/, /^\s*difference of the value −0.898/,
  ])
  await expect(readouts.nth(2).getByRole("img", { name: "Policy change: no key −68 %, right +68 %" })).toBeVisible()
  await expect(page.getByTestId("trust")).toHaveText([/V\(0\).*V\(x\) 0.14/, /V\(0\).*V\(x\) −0.75/, /ΔV\(0\).*features 0.00.*ΔV\(x\) −0.89/])
  await expect(page.getByTestId("value of value function, edited − original")).toHaveText("−0.898")
  const scales = () => page.getByRole("heading", { name: "Totals" }).allTextContents()
  await expect.poll(scales).toEqual(Array(3).fill("Totals summed over the picture, scale ±0.4"))
  await expect(page.getByRole("button", { name: "Feature 1" })).toHaveCount(1)
  await expect.poll(async () => (await hash(page)).get("rows")).toBe("v~~~1,v~~~2,v~~~3")
  expect(await violations(page)).toEqual([])
  await onTimeline(page, "ArrowRight")
  await expectPixel(page, screen(page, "Negative", 2), over("1a_1_v_neg_prin", 13))
  await page.keyboard.press("s")
  await expect(rows).toHaveCount(1)
  await expect.poll(async () => (await hash(page)).get("rows")).toBe("v")
  await page.reload()
  await expect(rows).toHaveCount(1)
})

test("where two models differ most is in lists, and can be looked for", async ({ page }) => {
  await openPage(page, "same_frames", "#layer=2b&model=3&show=overlay&rows=v")
  await expect(page.getByRole("heading", { name: "Value raised most" })).toBeVisible()
  // One frame of each of the three episodes, where that is so.
  await expect(page.getByRole("list", { name: "Policy changed most" }).getByRole("listitem")).toHaveCount(3)
  await expect(page.getByRole("list", { name: "Policy changed most" }).getByRole("listitem").first()).toContainText("68 %")
  const link = page.getByRole("list", { name: "Value raised most" }).getByRole("link").first()
  const [, frame] = /frame (\d+)/.exec((await link.textContent())!)!
  await link.click()
  await expectFrame(page, Number(frame))
  await expectPixel(page, screen(page, "Observation"), observationColor(0, Number(frame) - 1))
  // Nobody played there but the first.
  await expect(page.getByRole("region", { name: "Table of episodes" }).locator("tbody tr")).toHaveCount(3)
  await expect(page.getByLabel("Model of the episodes")).toHaveCount(0)
  await page.getByLabel("What frames are found by").selectOption({ label: "change of policy" })
  await expect(page.getByTestId("found").getByRole("listitem")).toHaveCount(3)
  await expect(page.getByTestId("found")).toContainText("68 %")
  await expect(page.getByLabel("Model of the frames found")).toHaveValue("2")
  expect(await violations(page)).toEqual([])
})

test("names of lanes are whole, and texts of policies are whole or not there", async ({ page }) => {
  await openPage(page, "same_frames", "#layer=2b&frame=14")
  for (const [width, height] of [[1280, 800], [1600, 1000], [390, 844]]) {
    await page.setViewportSize({ width, height })
    const names = page.locator(".lane .name")
    expect(await names.allTextContents()).toContain("value function, edited − original")
    expect(await names.evaluateAll((all) => all.filter((name) => name.scrollHeight > name.clientHeight).length)).toBe(0)
    const cut = await page.locator(".policy .bar :is(span:not(:has(*)), b, small)").evaluateAll((texts) =>
      texts.flatMap((text) => {
        const [inner, outer] = [text, text.parentElement!].map((element) => element.getBoundingClientRect())
        const isSeen = inner.top < outer.bottom - 1
        return isSeen && (inner.left < outer.left - 1 || inner.right > outer.right + 1) ? [text.textContent] : []
      }),
    )
    expect(cut).toEqual([])
  }
})

test("the row of the action taken follows the frame", async ({ page }) => {
  await openPage(page, "taken", "#layer=2b")
  await page.getByLabel("Network output of row 1").selectOption({ label: "logit of the action taken" })
  await expect(page.getByTestId("taken")).toHaveText("action taken: none")
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_action_1_pos_prin", 0))
  for (const combo of ["→", "↗", "none"]) {
    await onTimeline(page, "ArrowRight")
    await expect(page.getByTestId("taken")).toHaveText(`action taken: ${combo}`)
  }
  // Its logit is another one at each frame.
  await expect(page.getByTestId("value of logit of the action taken")).toHaveText("2")
  await expect.poll(async () => Object.fromEntries(await hash(page))).toMatchObject({ rows: "taken", frame: "4" })
  await page.reload()
  await expect(page.getByTestId("taken")).toHaveText("action taken: none")
})

test("a press on an action of the policy shows its row, another one takes it away; arrow keys lead from one to the next", async ({ page }) => {
  await openPage(page, "taken", "#layer=2b&frame=2")
  const policy = page.getByRole("group", { name: /^Policy/ })
  // Only those that have attribution.
  await expect(policy.getByRole("button")).toHaveCount(2)
  const right = policy.getByRole("button", { name: "→ 79 %, right" })
  await right.click()
  await expect(page.getByRole("article")).toHaveCount(2)
  await expectPixel(page, screen(page, "Positive", 1), mixed("2b_0_action_1_pos_prin", 1))
  await expect(right).toHaveAttribute("aria-pressed", "true")
  await expect.poll(async () => (await hash(page)).get("rows")).toBe("v,a1")
  expect(await violations(page)).toEqual([])
  await right.click()
  await expect(page.getByRole("article")).toHaveCount(1)
  await expect(right).toHaveAttribute("aria-pressed", "false")

  await page.getByRole("button", { name: "Step forward" }).focus()
  while (!(await policy.evaluate((group) => group.contains(document.activeElement)))) await page.keyboard.press("Tab")
  await page.keyboard.press("ArrowLeft")
  await expect(policy.getByRole("button", { name: "no key: 11 %" })).toBeFocused()
  await expectFrame(page, 2)
  await page.keyboard.press("Enter")
  await expect(page.getByRole("article")).toHaveCount(2)
  await page.keyboard.press("End")
  await expect(right).toBeFocused()
  await page.keyboard.press("Tab")
  expect(await policy.evaluate((group) => group.contains(document.activeElement))).toBe(false)
  await expectFrame(page, 2)
})
