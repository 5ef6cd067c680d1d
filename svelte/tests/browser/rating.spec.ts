import fs from "node:fs"
import path from "node:path"
import type { Page } from "@playwright/test"
import { violations } from "./axe"
import { expect, test } from "./fixtures"

// A study's page for raters, see `writeRatingPage`: two agents with two features each.
const key = () => JSON.parse(fs.readFileSync(path.join(process.env.TEST_PAGES!, "study", "key.json"), "utf8"))
const agentOf = (item: string): string => key().items[item][0]

const progress = (page: Page) => page.locator("#progress")
const open = async (page: Page) => {
  await page.goto("/study/rate.html")
  await expect(progress(page)).toContainText("in all")
}

const first = (page: Page, feature: number) => page.getByRole("article").nth(feature).getByRole("group", { name: /same kind of object/ })
const second = (page: Page, feature: number) => page.getByRole("article").nth(feature).getByRole("group", { name: /attribution/ })

async function save(page: Page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save" }).click()])
  return { name: download.suggestedFilename(), ...JSON.parse(fs.readFileSync(await download.path(), "utf8")) }
}

const give = (page: Page, text: string) =>
  page.getByLabel("Go on from a file").setInputFiles({ name: "ratings.json", mimeType: "application/json", buffer: Buffer.from(text) })

test("what a rater answers is kept, and saved under the names of study and rater with what is missing", async ({ page }) => {
  await open(page)
  expect(await violations(page)).toEqual([])
  await expect(page.getByText("not answered yet")).toHaveCount(2)
  await page.getByRole("button", { name: "Save" }).click()
  await expect(page.getByText("give your name first")).toBeVisible()
  await expect(page.getByLabel("Your name")).toBeFocused()
  await page.getByLabel("Your name").fill("Ada L.")
  await first(page, 0).getByLabel("yes").check()
  await expect(page.getByText("not answered yet")).toHaveCount(2)
  await second(page, 0).getByLabel("no").check()
  // After a no to the first question the second is not asked; a yes asks it again.
  await first(page, 1).getByLabel("no").check()
  await expect(second(page, 1).getByLabel("yes")).toBeDisabled()
  await expect(second(page, 1).getByText("counts as no")).toBeVisible()
  await expect(page.getByText("not answered yet")).toHaveCount(0)
  expect(await violations(page)).toEqual([])
  await first(page, 1).getByLabel("yes").check()
  await expect(second(page, 1).getByRole("radio", { checked: true })).toHaveCount(0)
  await first(page, 1).getByLabel("no").check()
  await page.getByRole("button", { name: "Next agent" }).last().click()
  await expect(page.getByRole("heading", { name: "Agent 2 of 2" })).toBeFocused()
  await expect(progress(page)).toHaveText("Agent 2: 0 of 2 features answered; 2 of 4 in all.")

  // The browser is closed and opened again: the page is at the first agent with something left.
  await open(page)
  await expect(progress(page)).toHaveText("Agent 2: 0 of 2 features answered; 2 of 4 in all.")
  await first(page, 1).getByLabel("yes").check()
  await second(page, 1).getByLabel("yes").check()
  const saved = await save(page)
  expect(saved).toMatchObject({ name: `ratings-${key().study.slice(0, 8)}-Ada-L.json`, rater: "Ada L.", study: key().study })
  await expect(page.getByText(`${saved.name} is among`)).toContainText("3 of 4 features. Not answered yet: agent 2: feature 1.")
  const agents = Object.keys(saved.answers).map(agentOf)
  expect(agents[0]).toBe(agents[1])
  expect(agents[2]).not.toBe(agents[1])
  expect(Object.values(saved.answers)).toEqual([
    { consistent: true, sensible: false },
    { consistent: false, sensible: false },
    { consistent: true, sensible: true },
  ])
})

test("each rater sees the agents in an order of their own", async ({ page }) => {
  const orders = new Set<string>()
  for (const drawn of [0, 0.99]) {
    await page.addInitScript((value) => {
      localStorage.clear()
      Math.random = () => value
    }, drawn)
    await open(page)
    await page.getByLabel("Your name").fill("Ada")
    await first(page, 0).getByLabel("no").check()
    orders.add(agentOf(Object.keys((await save(page)).answers)[0]))
  }
  expect(orders.size).toBe(2)
})

test("a picture is enlarged, by keyboard too, and closed again", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await open(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  const picture = page.getByRole("button", { name: /Dataset examples of feature 1/ })
  const before = (await picture.getByRole("img").boundingBox())!.height
  await picture.press("Enter")
  const large = page.getByRole("dialog")
  await expect(large.getByRole("img", { name: /Dataset examples of feature 1/ })).toBeVisible()
  expect(await violations(page)).toEqual([])
  await page.keyboard.press("Escape")
  await expect(large).toBeHidden()
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.getByRole("button", { name: /attribution to feature 2/ }).click()
  expect((await large.getByRole("img").boundingBox())!.height).toBeGreaterThan(before)
  await large.getByRole("img").click()
  await expect(large).toBeHidden()
})

test("a file is gone on from, and one that is no file of this study changes nothing", async ({ page }) => {
  await open(page)
  await page.getByLabel("Your name").fill("Ada")
  await first(page, 0).getByLabel("yes").check()
  await second(page, 0).getByLabel("yes").check()
  const { name, ...saved } = await save(page)
  const item = Object.keys(saved.answers)[0]
  const other = Object.keys(key().items).find((one) => one !== item && agentOf(one) === agentOf(item))!

  for (const [text, said] of [
    [JSON.stringify(saved).slice(0, 40), "Nothing was taken"],
    [JSON.stringify({ ...saved, study: "another" }), "ratings of another study"],
    [JSON.stringify({ study: saved.study }), "no answers"],
  ]) {
    await give(page, text)
    await expect(page.getByText(said)).toBeVisible()
    await expect(page.getByRole("radio", { checked: true })).toHaveCount(2)
  }
  // What is in the file joins what was answered here; it need not tell an order.
  expect(saved.drawn).toMatch(/^\d+-\d+$/)
  const joined = { study: saved.study, rater: "Ada", drawn: "7-7", answers: { [other]: { consistent: false, sensible: false } } }
  await give(page, JSON.stringify(joined))
  await expect(page.getByText("not answered yet")).toHaveCount(0)
  const both = await save(page)
  expect(Object.keys(both.answers).sort()).toEqual([item, other].sort())
  expect(both.drawn).toBe("7-7")
})
