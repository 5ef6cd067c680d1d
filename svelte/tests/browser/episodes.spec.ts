import path from "node:path"
import { writePage } from "../pages.mjs"
import { writeSynthetic } from "../synthetic.mjs"
import { expect, expectFrame, expectPixel, observationColor, openPage, screen, test } from "./fixtures"

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
  await page.keyboard.press("End")
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
