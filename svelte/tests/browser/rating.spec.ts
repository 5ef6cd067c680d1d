import fs from "node:fs"
import path from "node:path"
import type { Page } from "@playwright/test"
import { violations } from "./axe"
import { expect, test } from "./fixtures"

// A study's page for raters, see `writeRatingPage`: two agents with two features each.
const key = () => JSON.parse(fs.readFileSync(path.join(process.env.TEST_PAGES!, "study", "key.json"), "utf8"))

const open = async (page: Page) => {
  await page.goto("/study/rate.html")
  await expect(page.getByRole("status").first()).toContainText("features rated")
}

/** Answer both questions of a feature that is shown. */
async function answer(page: Page, feature: number, consistent: string, sensible: string) {
  const shown = page.getByRole("article").nth(feature)
  await shown.getByRole("group", { name: /same kind of object/ }).getByLabel(consistent).check()
  await shown.getByRole("group", { name: /attribution/ }).getByLabel(sensible).check()
}

async function save(page: Page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save" }).click()])
  return { name: download.suggestedFilename(), ...JSON.parse(fs.readFileSync(await download.path(), "utf8")) }
}

const give = (page: Page, text: string) =>
  page.getByLabel("Go on from a file").setInputFiles({ name: "ratings.json", mimeType: "application/json", buffer: Buffer.from(text) })

test("what a rater answers is kept, and saved under the name given", async ({ page }) => {
  await open(page)
  expect(await violations(page)).toEqual([])
  await expect(page.getByRole("img")).toHaveCount(4)
  await expect(page.getByRole("button", { name: "Save" })).toBeDisabled()
  await page.getByLabel("Your name").fill("Ada L.")
  await answer(page, 0, "yes", "no")
  await answer(page, 1, "no", "no")
  await page.getByRole("button", { name: "Next agent" }).click()
  await expect(page.getByRole("status").first()).toHaveText("Agent 2 of 2; 2 of 4 features rated.")
  await expect(page.getByRole("radio", { checked: true })).toHaveCount(0)

  // The browser is closed and opened again: the page is at the first agent with something left.
  await open(page)
  await expect(page.getByRole("status").first()).toHaveText("Agent 2 of 2; 2 of 4 features rated.")
  await answer(page, 1, "yes", "yes")
  const saved = await save(page)
  expect(saved).toMatchObject({ name: "Ada-L.json", rater: "Ada L.", study: key().study })
  const agents = Object.keys(saved.answers).map((item) => key().items[item][0])
  expect(agents).toEqual([key().order[0], key().order[0], key().order[1]])
  expect(Object.values(saved.answers)).toEqual([
    { consistent: true, sensible: false },
    { consistent: false, sensible: false },
    { consistent: true, sensible: true },
  ])
})

test("a file is gone on from, and one that is no file of this study changes nothing", async ({ page }) => {
  await open(page)
  await page.getByLabel("Your name").fill("Ada")
  await answer(page, 0, "yes", "yes")
  const { name, ...saved } = await save(page)
  const item = Object.keys(saved.answers)[0]
  const other = Object.keys(key().items).find((one) => one !== item && key().items[one][0] === key().items[item][0])!

  for (const [text, said] of [
    [JSON.stringify(saved).slice(0, 40), "Nothing was taken"],
    [JSON.stringify({ ...saved, study: "another" }), "ratings of another study"],
    [JSON.stringify({ study: saved.study }), "no answers"],
  ]) {
    await give(page, text)
    await expect(page.getByText(said)).toBeVisible()
    await expect(page.getByRole("radio", { checked: true })).toHaveCount(2)
  }
  // What is in the file joins what was answered here.
  await give(page, JSON.stringify({ ...saved, answers: { [other]: { consistent: false, sensible: false } } }))
  await expect(page.getByRole("radio", { checked: true })).toHaveCount(4)
  expect(Object.keys((await save(page)).answers).sort()).toEqual([item, other].sort())
})
