import fs from "node:fs"
import path from "node:path"
import { writePage } from "../pages.mjs"
import { writeSynthetic } from "../synthetic.mjs"
import { expect, expectFrame, expectPixel, observationColor, onTimeline, openPage, screen, test } from "./fixtures"

test.beforeAll(() => {
  const folder = path.join(process.env.TEST_PAGES!, "points")
  const props = writeSynthetic(folder)
  const ended = props.trajectories.dones.flatMap((dones: number[], trajectory: number) =>
    dones.flatMap((done, end) => (done ? [{ trajectory, end, solved: null }] : [])),
  )
  writePage(folder, { ...props, episodes: ended })
})

test.beforeEach(({ page }) => openPage(page, "synthetic"))

const rows = "tbody tr"

test("the table lists every episode and marks the one on view", async ({ page }) => {
  const table = page.getByRole("region", { name: "Table of episodes" })
  await expect(table.locator(rows)).toHaveCount(6)
  await expect(table.locator(rows).first()).toContainText("111010solved")
  await expect(table.locator(rows).nth(2)).toContainText("unfinished")
  await expect(table.locator("tr.current")).toHaveCount(1)
  await onTimeline(page, "End")
  await expect(table.locator(rows).nth(2)).toHaveClass(/current/)
})

test("sorting by each column, both ways", async ({ page }) => {
  const table = page.getByRole("region", { name: "Table of episodes" })
  const column = async (n: number) => (await table.locator(`${rows} td:nth-child(${n})`).allTextContents()).map((t) => t.trim())
  const number = (text: string) => Number(text.replace("−", "-"))
  for (const [n, name, first] of [
    [1, "trajectory", -1],
    [2, "first frame", 1],
    [3, "length", -1],
    [4, "return", -1],
    [6, "lowest advantage", 1],
    [7, "highest advantage", -1],
  ] as const) {
    await table.getByRole("button", { name, exact: true }).click()
    const values = (await column(n)).map(number)
    expect(values).toEqual([...values].sort((a, b) => first * (a - b)))
    await table.getByRole("button", { name, exact: true }).click()
    expect((await column(n)).map(number)).toEqual([...values].sort((a, b) => first * (b - a)))
    await expect(table.getByRole("columnheader", { name })).toHaveAttribute("aria-sort", first === 1 ? "descending" : "ascending")
  }
  await table.getByRole("button", { name: "value spike" }).click()
  await expect(table.locator(`${rows} td:nth-child(8)`).first()).toHaveText("+2.86")
  await table.getByRole("button", { name: "outcome" }).click()
  await expect(table.locator(`${rows} td:nth-child(5)`).first()).toHaveText("failed")
})

test("filters, and links to frames", async ({ page }) => {
  const table = page.getByRole("region", { name: "Table of episodes" })
  await page.getByLabel("Outcome of the episodes").selectOption("failed")
  await expect(table.locator(rows)).toHaveCount(2)
  await page.getByLabel("Trajectory of the episodes").selectOption({ label: "2" })
  await expect(table.locator(rows)).toHaveCount(1)
  await table.getByTitle("First frame of the episode: go to frame 11").click()
  await expectFrame(page, 11)
  await expectPixel(page, screen(page, "Observation"), observationColor(1, 10))
  await table.getByTitle(/neighbours: go to frame 18/).click()
  await expectFrame(page, 18)
})

test("in a game of points nobody is called failed", async ({ page }) => {
  await openPage(page, "points")
  const table = page.getByRole("region", { name: "Table of episodes" })
  await expect(table.locator(rows)).toHaveCount(6)
  await expect(table.locator(rows).first()).toContainText("10ended")
  await expect(table.getByText(/^(solved|failed)$/)).toHaveCount(0)
  await expect(page.getByLabel("Outcome of the episodes").locator("option")).toHaveText(["all", "ended", "unfinished"])
  await expect(page.getByText("1 of 10, return 10")).toBeVisible()
  await expect(page.getByRole("heading", { name: "Worse than expected" })).toBeVisible()
  await expect(page.getByRole("heading", { name: /Unexpected/ })).toHaveCount(0)
})

test("bookmarks carry their outcome, and only failures are called failures", async ({ page }) => {
  // Of trajectory 2: frame 29 is in an episode that failed; frame 6 in one that was solved, 35 in one that was cut off.
  writePage(path.join(process.env.TEST_PAGES!, "marks"), {
    ...writeSynthetic(path.join(process.env.TEST_PAGES!, "marks")),
    bookmarks: { low: [[1, 28], [1, 5], [1, 34]], high: [[0, 3], [1, 34], [0, 19]] },
  })
  await openPage(page, "marks")
  const list = (name: string) => page.getByRole("list", { name, exact: true }).getByRole("listitem")
  await expect(list("Unexpected failures")).toHaveText([/trajectory 2, frame 29\s+failed\s+−0.61/])
  await expect(list("Lowest advantage")).toHaveText([/frame 6\s+solved/, /frame 35\s+unfinished/])
  await expect(list("Unexpected successes")).toHaveText([/trajectory 1, frame 4\s+solved/])
  await expect(list("Highest advantage")).toHaveText([/frame 35\s+unfinished/, /trajectory 1, frame 20\s+failed/])
  await expect(list("Value spikes").first()).toHaveText(/frame 18\s+failed\s+\+2.9/)
})

test("frames of the largest residual are a list of their own, of the layer on view", async ({ page }) => {
  const folder = path.join(process.env.TEST_PAGES!, "residuals")
  const props = writeSynthetic(folder)
  const residual = (layer: string, trajectory: number, values: Record<number, number>) => {
    const file = `attribution_totals/${layer}_${trajectory}_0_residuals.json`
    fs.writeFileSync(path.join(folder, file), JSON.stringify(props.trajectories.values[0].map((_: number, t: number) => values[t] ?? 0)))
  }
  residual("2b", 0, { 4: 0.5, 6: -0.75, 12: 2 })
  residual("2b", 1, { 35: -3 })
  residual("1a", 0, { 20: 1 })
  residual("1a", 1, {})
  writePage(folder, props)
  await openPage(page, "residuals", "#layer=2b")
  const list = (layer: string) => page.getByRole("list", { name: `Largest residual, layer ${layer}` }).getByRole("listitem")
  await expect(list("2b")).toHaveText([
    /trajectory 2, frame 36\s+unfinished\s+−3/, /trajectory 1, frame 13\s+failed\s+\+2/, /trajectory 1, frame 7\s+solved\s+−0.75/,
  ])
  await list("2b").nth(1).getByRole("link").click()
  await expectFrame(page, 13)
  await page.getByRole("radio", { name: "1a" }).check()
  await expect(list("1a")).toHaveText([/trajectory 1, frame 21\s+failed\s+\+1/])
})

test("lists of bookmarks show whole rows", async ({ page }) => {
  const folder = path.join(process.env.TEST_PAGES!, "many")
  const props = writeSynthetic(folder)
  writePage(folder, { ...props, bookmarks: { high: [], low: Array.from({ length: 9 }, (_, i) => [1, 10 + i]) } })
  await openPage(page, "many")
  const list = page.getByRole("list", { name: "Unexpected failures" })
  for (const width of [1280, 1440, 2560]) {
    await page.setViewportSize({ width, height: 900 })
    const { view, row } = await list.evaluate((ul) => ({ view: ul.clientHeight, row: ul.children[0].getBoundingClientRect().height }))
    expect(row).toBeGreaterThanOrEqual(24)
    expect(Math.abs(view - 6 * row)).toBeLessThan(1)
  }
})
