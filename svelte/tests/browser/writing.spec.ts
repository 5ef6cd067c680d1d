import fs from "node:fs"
import path from "node:path"
import { writePage } from "../pages.mjs"
import { expect, expectFrame, expectPixel, hash, observationColor, onTimeline, openPage, screen, test } from "./fixtures"

test("naming a feature: shown in legend, chart and popup, kept over a reload, taken away again", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b")
  await page.getByRole("button", { name: "2: name this feature" }).dblclick()
  await page.getByLabel("Name of number 2").fill("coin")
  await page.keyboard.press("Enter")
  for (const reload of [false, true]) {
    if (reload) await page.reload()
    await expect(page.getByText("coin", { exact: true })).toBeVisible()
    await expect(page.getByTitle("coin: 0")).toBeVisible()
    await page.getByRole("button", { name: "Feature 2: coin" }).click()
    await expect(page.getByRole("dialog")).toContainText("Feature 2: coin")
    await page.keyboard.press("Escape")
    await expect.poll(async () => (await hash(page)).get("feature")).toBe(null)
  }
  await page.getByRole("radio", { name: "1a" }).check()
  await expect(page.getByText("coin", { exact: true })).toHaveCount(0)
  await page.keyboard.press("l")
  await page.getByRole("button", { name: "2: name this feature" }).focus()
  await page.keyboard.press("Enter")
  await page.getByLabel("Name of number 2").fill("")
  await page.keyboard.press("Enter")
  await expect(page.getByText("coin", { exact: true })).toHaveCount(0)
})

test("names: baked in, exported, imported; a wrong file is refused", async ({ page }) => {
  const folder = path.join(process.env.TEST_PAGES!, "named")
  fs.cpSync(path.join(process.env.TEST_PAGES!, "synthetic"), folder, { recursive: true })
  const html = fs.readFileSync(path.join(folder, "interface.html"), "utf8")
  const props = JSON.parse(/type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)![1])
  props.feature_labels = { "2b": { 0: "buzzsaw" } }
  props.annotations = [{ trajectory: 1, frame: 4, layer: "1a", text: "Baked in." }]
  writePage(folder, props)
  await openPage(page, "named", "#layer=2b")
  await expect(page.getByText("buzzsaw", { exact: true })).toBeVisible()
  await expect(page.getByTestId("note")).toContainText("1 note, none on this frame")

  const names = page.getByLabel("File of names")
  await names.setInputFiles({ name: "a.json", mimeType: "application/json", buffer: Buffer.from('{"2b": {"2": "step"}}') })
  await page.getByRole("button", { name: "Merge" }).click()
  await expect(page.getByText("step", { exact: true })).toBeVisible()
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export names" }).click()])
  expect(download.suggestedFilename()).toBe("names.json")
  expect(JSON.parse(fs.readFileSync(await download.path(), "utf8"))).toEqual({ "2b": { 0: "buzzsaw", 2: "step" } })
  await names.setInputFiles({ name: "b.json", mimeType: "application/json", buffer: Buffer.from("[1]") })
  await expect(page.getByText("b.json was not imported: names are of the form")).toBeVisible()
  await names.setInputFiles({ name: "c.json", mimeType: "application/json", buffer: Buffer.from('{"2b":') })
  await expect(page.getByText("c.json was not imported: it is not JSON")).toBeVisible()
})

test("a walkthrough: write, go through, change, delete, export, import", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  const add = async (text: string) => {
    await page.getByRole("button", { name: "Add note" }).click()
    await page.getByLabel("Note on trajectory").fill(text)
    await page.getByRole("button", { name: "Save", exact: true }).click()
  }
  await add("The agent starts to jump.")
  await expect(page.getByTestId("note")).toHaveText("1 of 1: The agent starts to jump.")
  await page.getByRole("radio", { name: "2", exact: true }).check()
  await page.getByRole("slider", { name: "Frame" }).focus()
  await page.keyboard.press("End")
  await add("It lands.")
  await expect(page.getByTestId("note")).toHaveText("2 of 2: It lands.")

  const notes = page.getByRole("group", { name: "Notes" })
  await notes.getByRole("button", { name: "Previous" }).click()
  await expectFrame(page, 3)
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 2))
  await expect(notes.getByRole("button", { name: "Start" })).toBeDisabled()
  await notes.getByRole("button", { name: "Next" }).click()
  await expectPixel(page, screen(page, "Observation"), observationColor(1, 39))
  await notes.getByRole("button", { name: "Start" }).click()
  await expectFrame(page, 3)
  await notes.getByRole("button", { name: "End" }).click()
  await expectFrame(page, 40)
  await notes.getByRole("button", { name: "Play notes" }).click()
  await expectFrame(page, 3)
  await expect(notes.getByRole("button", { name: "Pause" })).toBeVisible()
  await expectFrame(page, 40)
  await onTimeline(page, "Home")
  await expect(page.getByTestId("note")).toHaveText("2 notes, none on this frame.")

  // The address follows a moment later, and a reload goes to what it says.
  await expect(page).toHaveURL(/[#&]frame=1&/)
  await page.reload()
  await notes.getByRole("button", { name: "Start" }).click()
  await page.getByRole("button", { name: "Change", exact: true }).click()
  await page.getByLabel("Note on trajectory").fill("The agent jumps.")
  await page.keyboard.press("Enter")
  await expect(page.getByTestId("note")).toHaveText("1 of 2: The agent jumps.")
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export notes" }).click()])
  const text = fs.readFileSync(await download.path(), "utf8")
  expect(JSON.parse(text)).toEqual([
    { trajectory: 0, frame: 2, layer: "2b", text: "The agent jumps." },
    { trajectory: 1, frame: 39, layer: "2b", text: "It lands." },
  ])
  await page.getByRole("button", { name: "Delete" }).click()
  await expect(page.getByTestId("note")).toHaveText("1 note, none on this frame.")
  const file = page.getByLabel("File of notes")
  await file.setInputFiles({ name: "notes.json", mimeType: "application/json", buffer: Buffer.from(text) })
  await page.getByRole("button", { name: "Replace" }).click()
  await expect(page.getByTestId("note")).toHaveText("1 of 2: The agent jumps.")
  const wrong = Buffer.from('[{"trajectory": 7, "frame": 0, "text": "x"}]')
  await file.setInputFiles({ name: "wrong.json", mimeType: "application/json", buffer: wrong })
  await expect(page.getByText("wrong.json was not imported: note 1 needs")).toBeVisible()
})

test("a note that is changed stays the one it is while other frames are looked at", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  const kept = () => page.evaluate(() => JSON.parse(localStorage.getItem("understanding-rl-vision made-up notes")!))
  for (const [text, key] of [["First.", "End"], ["Second.", "Home"]]) {
    await page.getByRole("button", { name: "Add note" }).click()
    await page.getByLabel("Note on trajectory").fill(text)
    await page.keyboard.press("Enter")
    await page.getByRole("slider", { name: "Frame" }).focus()
    await page.keyboard.press(key)
  }
  const notes = page.getByRole("group", { name: "Notes" })
  await notes.getByRole("button", { name: "Start" }).click()
  await page.getByRole("button", { name: "Change", exact: true }).click()
  await page.getByLabel("Note on trajectory 1, frame 3").fill("First, changed.")
  await page.getByRole("slider", { name: "Frame" }).click({ position: { x: 5, y: 5 } })
  await expectFrame(page, 1)
  await expect(page.getByLabel("Note on trajectory 1, frame 3")).toHaveValue("First, changed.")
  await page.getByRole("button", { name: "Save", exact: true }).click()
  const written = [
    { trajectory: 0, frame: 2, layer: "2b", text: "First, changed." },
    { trajectory: 0, frame: 39, layer: "2b", text: "Second." },
  ]
  expect(await kept()).toEqual(written)
  await notes.getByRole("button", { name: "End" }).click()
  await expect(page.getByTestId("note")).toHaveText("2 of 2: Second.")
  await expect(page).toHaveURL(/[#&]frame=40&/)
  await page.reload()
  await expect(page.getByTestId("note")).toHaveText("2 of 2: Second.")

  // Where Delete is, there was no other button before, and what it takes away can be put back.
  await page.getByRole("button", { name: "Delete" }).click()
  expect(await kept()).toEqual(written.slice(0, 1))
  await page.getByRole("button", { name: "Undo delete" }).click()
  await expect(page.getByTestId("note")).toHaveText("2 of 2: Second.")
  expect(await kept()).toEqual(written)
  await expect(page.getByRole("button", { name: "Undo delete" })).toHaveCount(0)
})

test("going elsewhere ends the playing of notes, and clicking twice where Add note is takes nothing away", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  const add = page.getByRole("button", { name: "Add note" })
  const before = (await add.boundingBox())!
  await add.click()
  await page.getByLabel("Note on trajectory").fill("Here.")
  await page.keyboard.press("Enter")
  await page.mouse.click(before.x + before.width / 2, before.y + before.height / 2)
  await expect(page.getByLabel("Note on trajectory")).toBeVisible()
  await expect(page.getByTestId("note")).toHaveText("1 of 1: Here.")
  await page.keyboard.press("Escape")
  await page.getByRole("button", { name: "Play notes" }).click()
  await page.getByRole("button", { name: "Step forward" }).click()
  await expect(page.getByRole("button", { name: "Play notes" })).toBeVisible()
})
