import fs from "node:fs"
import type { Page } from "@playwright/test"
import { PUBLISHED } from "../pages.mjs"
import { violations } from "./axe"
import { expect, expectFrame, expectPixel, hash, mixed, openPage, screen, test } from "./fixtures"

const STORIES = {
  stories: [
    {
      name: "A coin is taken",
      summary: "The agent takes a coin that [it] never saw.",
      notes: [
        { trajectory: 0, frame: 4, layer: "2b", text: "It sees the [2] and not the [9].", output: "a1", feature: 1 },
        { trajectory: 0, frame: 6, layer: "1a", text: "All is well.", output: "v", feature: "all" },
      ],
    },
    { name: "It falls", summary: "", notes: [{ trajectory: 1, frame: 8, text: "It falls." }] },
  ],
}

const upload = (page: Page, data: unknown) =>
  page.getByLabel("File of notes").setInputFiles({ name: "s.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(data)) })

const notes = (page: Page) => page.getByRole("group", { name: "Notes" })

test("stories: each step has its output and feature, names in the text are pointed at, the link leads back", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=1")
  await upload(page, STORIES)
  await expect(page.getByTestId("summary")).toHaveText("The agent takes a coin that [it] never saw.")
  await notes(page).getByRole("button", { name: "Start" }).click()
  await expectFrame(page, 5)
  await expect(page.getByTestId("note")).toContainText("It sees the 2 and not the [9].")
  await expect(page.getByRole("article").first().locator("select").first()).toHaveValue("a1")
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_action_1_pos_1", 4))
  await notes(page).getByRole("button", { name: "Next" }).click()
  await expectPixel(page, screen(page, "Positive"), mixed("1a_0_v_pos_prin", 6))
  expect(await violations(page)).toEqual([])
  await expect(page.getByRole("radio", { name: "1a" })).toBeChecked()

  await notes(page).getByRole("button", { name: "Previous" }).click()
  const dot = page.getByTestId("note").getByRole("button", { name: "2" })
  await expect(dot).toHaveAttribute("aria-pressed", "true")
  await dot.click()
  await page.mouse.move(5, 5)
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_action_1_pos_prin", 4))
  await dot.hover()
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_action_1_pos_1", 4))

  await page.getByLabel("Story on view").selectOption("It falls")
  await expectFrame(page, 9)
  await expect(page.getByTestId("note")).toHaveText("1 of 1: It falls.")
  await expect.poll(async () => (await hash(page)).get("story")).toBe("2")
  await page.reload()
  await expect(page.getByTestId("note")).toHaveText("1 of 1: It falls.")
})

test("stories are written: named, with a step that asks for output and feature, removed and put back, exported", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  await page.getByRole("button", { name: "Add note" }).click()
  await page.getByLabel("Note on trajectory").fill("See [3].")
  await page.getByLabel("Output of the note").selectOption("logit of →")
  await page.getByLabel("Feature of the note").selectOption("Feature 3")
  expect(await violations(page)).toEqual([])
  await page.getByRole("button", { name: "Save", exact: true }).click()
  await page.getByRole("button", { name: "Name this story" }).click()
  await page.getByLabel("Name of the story").fill("Look")
  await page.getByLabel("Summary").fill("How it looks.")
  await page.keyboard.press("Enter")
  await expect(page.getByTestId("summary")).toHaveText("How it looks.")
  await page.getByRole("button", { name: "New story" }).click()
  await page.getByLabel("Name of the story").fill("Second")
  await page.getByRole("button", { name: "Save story" }).click()
  await expect(page.getByLabel("Story on view")).toHaveValue("1")
  await page.getByRole("button", { name: "Remove story" }).click()
  await page.getByRole("button", { name: "Remove story" }).click()
  await expect(page.getByTestId("summary")).toHaveCount(0)
  await page.getByRole("button", { name: "Undo remove" }).click()
  await page.getByRole("button", { name: "Undo remove" }).click()
  await page.reload()
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export notes" }).click()])
  expect(JSON.parse(fs.readFileSync(await download.path(), "utf8"))).toEqual({
    stories: [
      { name: "Look", summary: "How it looks.", notes: [{ trajectory: 0, frame: 2, layer: "2b", text: "See [3].", output: "a1", feature: 2 }] },
      { name: "Second", summary: "", notes: [] },
    ],
  })
})

test("a failure of the article is told again on its own data: by value, then by the logits of two actions", async ({ page }) => {
  test.skip(!("failure_down" in PUBLISHED), "the data is not beside the checkout")
  await openPage(page, "failure_down", "#frame=3")
  const layer = JSON.parse(fs.readFileSync(`${PUBLISHED.failure_down}/props.json`, "utf8")).layers[0]
  const step = (frame: number, output: string, text: string) => ({ trajectory: 0, frame, layer, text, output, feature: "all" })
  await upload(page, {
    stories: [
      {
        name: "Stepping down to avoid jumping",
        summary: "Down is pressed so as not to jump, and leads off the box, onto an enemy.",
        notes: [step(0, "v", "An enemy comes nearer."), step(3, "a3", "Down: it would delay the jump."), step(6, "a6", "It is too late.")],
      },
    ],
  })
  const output = page.getByRole("article").first().locator("select").first()
  for (const [button, frame, key] of [["Start", 1, "v"], ["Next", 4, "a3"], ["Next", 7, "a6"]] as const) {
    await notes(page).getByRole("button", { name: button }).click()
    await expectFrame(page, frame)
    await expect(output).toHaveValue(key)
  }
  await expect(page.getByTestId("note")).toContainText("3 of 3: It is too late.")
})
