import fs from "node:fs"
import path from "node:path"
import type { Page } from "@playwright/test"
import { writePage } from "../pages.mjs"
import { expect, openPage, test } from "./fixtures"

// What the reader writes is kept: with the run it is of, in every tab, and whatever happens to the store.

const KEY = "understanding-rl-vision made-up"

async function addNote(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "Add note" }).click()
  await page.getByLabel("Note on trajectory").fill(text)
  await page.keyboard.press("Enter")
}

async function nameFeature(page: Page, number: number, name: string): Promise<void> {
  await page.getByRole("button", { name: `${number}: name this feature` }).dblclick()
  await page.getByLabel(`Name of number ${number}`).fill(name)
  await page.keyboard.press("Enter")
}

const give = (page: Page, what: string, data: unknown) =>
  page.getByLabel(`File of ${what}`).setInputFiles({
    name: `${what}.json`,
    mimeType: "application/json",
    buffer: Buffer.from(typeof data === "string" ? data : JSON.stringify(data)),
  })

test("what is written belongs to the run, not to the address", async ({ page }) => {
  const [from, same, moved] = ["synthetic", "served", "moved"].map((name) => path.join(process.env.TEST_PAGES!, name))
  for (const folder of [same, moved]) fs.cpSync(from, folder, { recursive: true })
  await openPage(page, "served", "#layer=2b&frame=3")
  await nameFeature(page, 2, "grey box")
  await addNote(page, "Of this run.")

  // Another run at the same address.
  const html = fs.readFileSync(path.join(from, "interface.html"), "utf8")
  const props = JSON.parse(/type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)![1])
  writePage(same, { ...props, run_id: "another" })
  await openPage(page, "served", "#layer=2b&frame=3")
  await expect(page.getByText("grey box")).toHaveCount(0)
  await expect(page.getByTestId("note")).toHaveCount(0)

  // The same run at another address.
  await openPage(page, "moved", "#layer=2b&frame=3")
  await expect(page.getByText("grey box", { exact: true })).toBeVisible()
  await expect(page.getByTestId("note")).toHaveText("1 of 1: Of this run.")
})

test("two tabs agree, and what one is writing outlives what the other writes", async ({ page, context }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  const other = await context.newPage()
  await openPage(other, "synthetic", "#layer=2b&frame=5")
  await addNote(page, "First.")
  await expect(other.getByTestId("note")).toHaveText("1 note, none on this frame.")
  await other.getByRole("button", { name: "Add note" }).click()
  await other.getByLabel("Note on trajectory").fill("Half a sen")
  await nameFeature(page, 2, "coin")
  await page.getByRole("button", { name: "Change", exact: true }).click()
  await page.getByLabel("Note on trajectory").fill("First, changed.")
  await page.keyboard.press("Enter")
  await expect(other.getByText("coin", { exact: true })).toBeVisible()
  await expect(other.getByLabel("Note on trajectory")).toHaveValue("Half a sen")
  await other.getByLabel("Note on trajectory").press("End")
  await other.keyboard.type("tence.")
  await other.keyboard.press("Enter")
  await expect(other.getByTestId("note")).toHaveText("2 of 2: Half a sentence.")
  await expect(page.getByTestId("note")).toHaveText("1 of 2: First, changed.")
  await other.close()
})

test("import asks whether to merge or to replace, or does nothing", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  const note = { trajectory: 0, frame: 9, layer: "2b", text: "From the file." }
  // Where there is nothing yet there is nothing to ask.
  await give(page, "notes", [note])
  await expect(page.getByTestId("note")).toHaveText("1 note, none on this frame.")
  await addNote(page, "Own.")
  await give(page, "notes", [note, { ...note, text: "Another." }])
  const dialog = page.getByRole("dialog", { name: "Import notes" })
  await expect(dialog).toContainText("Number of notes on this page: 2; in notes.json: 2.")
  await dialog.getByRole("button", { name: "Cancel" }).click()
  await expect(page.getByTestId("note")).toHaveText("2 of 2: Own.")
  await give(page, "notes", [note, { ...note, text: "Another." }])
  await dialog.getByRole("button", { name: "Merge" }).click()
  await expect(page.getByTestId("note")).toHaveText("2 of 3: Own.")
  await give(page, "notes", [{ ...note, frame: 2 }])
  await dialog.getByRole("button", { name: "Replace" }).click()
  await expect(page.getByTestId("note")).toHaveText("1 of 1: From the file.")

  await nameFeature(page, 1, "saw")
  for (const [way, names] of [["Merge", ["saw", "step"]], ["Replace", ["step"]]] as const) {
    await give(page, "names", { "2b": { 1: "step" } })
    await page.getByRole("button", { name: way }).click()
    for (const name of ["saw", "step"]) {
      await expect(page.getByText(name, { exact: true })).toHaveCount(names.includes(name as never) ? 1 : 0)
    }
  }
})

test("what cannot be read is put aside and offered for saving", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  const broken = '[{"trajectory": 0, "frame": 2, "text": "Precious."}, {"text": "lost"}]'
  await page.evaluate(([key, text]) => localStorage.setItem(`${key} notes`, text), [KEY, broken])
  await page.evaluate((key) => localStorage.setItem(`${key} names`, '{"2b": {"0": "co'), KEY)
  await page.reload()
  await expect(page.getByText("The notes that this browser had kept cannot be read: note 2 needs a text")).toBeVisible()
  await expect(page.getByText("The names that this browser had kept cannot be read: it is not JSON.")).toBeVisible()
  // Nothing is written over it, in this session and the next.
  await addNote(page, "New.")
  await page.reload()
  await expect(page.getByTestId("note")).toHaveText("1 of 1: New.")
  const save = page.getByRole("button", { name: "Save the damaged notes" })
  const [download] = await Promise.all([page.waitForEvent("download"), save.click()])
  expect(fs.readFileSync(await download.path(), "utf8")).toBe(broken)
  await page.getByRole("button", { name: "Discard them" }).first().click()
  await page.getByRole("button", { name: "Discard them" }).click()
  await expect(page.getByText("had kept cannot be read")).toHaveCount(0)
  await page.reload()
  await expect(page.getByTestId("note")).toHaveText("1 of 1: New.")
  await expect(page.getByText("had kept cannot be read")).toHaveCount(0)
})

test("a browser that keeps nothing is told of", async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError")
    }
  })
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  await expect(page.getByText("does not keep your notes")).toHaveCount(0)
  await addNote(page, "Soon gone.")
  await expect(page.getByText("This browser does not keep your notes: export them")).toBeVisible()
})

test("notes taken away can be put back, all of them", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  for (const text of ["One.", "Two."]) await addNote(page, text)
  for (let i = 0; i < 2; i++) await page.getByRole("button", { name: "Delete", exact: true }).click()
  await addNote(page, "Three.")
  for (const shown of ["1 of 2: One.", "2 of 3: Two."]) {
    await page.getByRole("button", { name: "Undo delete" }).click()
    await expect(page.getByTestId("note")).toHaveText(shown)
  }
  await expect(page.getByRole("button", { name: "Undo delete" })).toHaveCount(0)
})

test("who asks for another form while writing goes on writing", async ({ page }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  await addNote(page, "One.")
  await page.getByRole("button", { name: "Add note" }).click()
  await page.getByLabel("Note on trajectory").fill("Half a sen")
  for (const name of ["Change", "Add note"]) {
    await page.getByRole("button", { name, exact: true }).click()
    await expect(page.getByLabel("Note on trajectory")).toHaveValue("Half a sen")
    await expect(page.getByLabel("Note on trajectory")).toBeFocused()
  }
})
