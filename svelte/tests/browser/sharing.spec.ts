import fs from "node:fs"
import path from "node:path"
import { deflateSync } from "node:zlib"
import { writePage } from "../pages.mjs"
import { violations } from "./axe"
import { attributionColor, expect, expectPixel, mixed, observationColor, openPage, propsOf, screen, test } from "./fixtures"

/** The made-up page in one file, in a folder with nothing else. */
function writeSingle(name: string): string {
  const source = path.join(process.env.TEST_PAGES!, "synthetic")
  const files = fs.readdirSync(source, { recursive: true }).map(String)
  const base64 = (file: string) => fs.readFileSync(path.join(source, file)).toString("base64")
  const of = (ending: string, make: (file: string) => string) =>
    Object.fromEntries(files.filter((file) => file.endsWith(ending)).map((file) => [file, make(file)]))
  const folder = path.join(process.env.TEST_PAGES!, name)
  writePage(folder, {
    ...propsOf(source),
    files: of(".png", (file) => `data:image/png;base64,${base64(file)}`),
    json_packed: of(".json", (file) => deflateSync(fs.readFileSync(path.join(source, file))).toString("base64")),
  })
  return path.join(folder, "interface.html")
}

test("a page in one file: from disk, where its pictures can be saved too, and in a frame without an address", async ({ page }) => {
  const file = writeSingle("single")
  await page.goto(`file://${file}#layer=2b&frame=8&feature=2~2b`)
  await expect(page.getByRole("button", { name: "Feature image" })).toBeEnabled()
  await page.keyboard.press("Escape")
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_v_pos_prin", 7))
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save PNG" }).click()])
  expect(download.suggestedFilename()).toBe("trajectory-1-frame-8.png")
  await page.goto("about:blank")
  await page.evaluate((html) => {
    const frame = document.createElement("iframe")
    Object.assign(frame, { srcdoc: html, width: 1200, height: 900 })
    frame.setAttribute("sandbox", "allow-scripts")
    document.body.append(frame)
  }, fs.readFileSync(file, "utf8"))
  const inside = page.frameLocator("iframe")
  await expect(inside.getByTitle("coin?: +0.01")).toBeVisible()
  await inside.getByRole("button", { name: "Step forward" }).click()
  await expect(inside.getByTestId("frame")).toHaveText(/^2 of/)
})

test("one frame's figure alone, and the HTML for it", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  await openPage(page, "synthetic", "#layer=2b&frame=8&show=combine")
  await page.getByRole("button", { name: "Export …" }).click()
  await page.getByRole("button", { name: "Copy HTML of this figure" }).click()
  await expect(page.getByText("Copied.")).toBeVisible()
  const [, source] = /src="([^"]+)"/.exec(await page.evaluate(() => navigator.clipboard.readText()))!
  await page.goto(source.replaceAll("&amp;", "&"))
  await expectPixel(page, screen(page, "Observation"), observationColor(0, 7))
  await expectPixel(page, screen(page, "Attribution"), attributionColor("2b_0_v_abs_prin", 7))
  await expect(page.getByRole("heading", { name: "Timeline" })).toHaveCount(0)
  expect(await violations(page)).toEqual([])
  await expect(page.getByRole("link", { name: "Open the page" })).toHaveAttribute("href", /interface\.html#layer=2b&trajectory=1&frame=8/)
})

test("the page with the reader's notes and names: for someone whose browser kept none", async ({ page, browser }) => {
  await openPage(page, "synthetic", "#layer=2b&frame=3")
  await page.getByRole("button", { name: "Add note" }).click()
  await page.getByLabel("Note on trajectory").fill("See </script> <b>[1]</b>.")
  await page.getByRole("button", { name: "Save", exact: true }).click()
  await page.getByRole("button", { name: "Export …" }).click()
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Page with my notes" }).click()])
  const folder = path.join(process.env.TEST_PAGES!, "saved")
  fs.cpSync(path.join(process.env.TEST_PAGES!, "synthetic"), folder, { recursive: true })
  fs.copyFileSync(await download.path(), path.join(folder, "interface.html"))
  const other = await (await browser.newContext()).newPage()
  await other.goto(`http://127.0.0.1:${process.env.TEST_PORT}/saved/interface.html#layer=2b&frame=3`)
  await expect(other.getByTestId("note")).toHaveText("1 of 1: See </script> <b>1</b>.")
  await expectPixel(other, screen(other, "Observation"), observationColor(0, 2))
  await other.context().close()
})
