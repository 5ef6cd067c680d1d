import fs from "node:fs"
import path from "node:path"
import { writePage } from "../pages.mjs"
import { FRAMES } from "../synthetic.mjs"
import { expect, expectFrame, fileUrl, onTimeline, openPage, screen, test } from "./fixtures"

// Data that is not whole: the page names what is wrong and goes on with the rest.

const folder = (name: string) => path.join(process.env.TEST_PAGES!, name)

function copyOf(name: string): string {
  const copy = folder(name)
  fs.rmSync(copy, { recursive: true, force: true })
  fs.cpSync(folder("synthetic"), copy, { recursive: true })
  return copy
}

test.use({ allowed: /404|ERR_FILE_NOT_FOUND|CORS|ERR_FAILED/ })

test("missing and broken files are named, everything else works", async ({ page }) => {
  const copy = copyOf("broken")
  fs.rmSync(path.join(copy, "attribution/2b_0_v_pos_prin-1.png"))
  fs.writeFileSync(path.join(copy, "trajectories/1.png"), "not a picture")
  fs.truncateSync(path.join(copy, "attribution_totals/2b_0_0_channels.json"), 50)
  fs.rmSync(path.join(copy, "thumbnails/2b.png"))
  fs.rmSync(path.join(copy, "features/2b_0_10_4.png"))
  await openPage(page, "broken", "#layer=2b&frame=3")
  await expect(page.getByText("attribution_totals/2b_0_0_channels.json is not complete JSON")).toBeVisible()
  await expect(page.getByText("thumbnails/2b.png is missing")).toBeVisible()
  await expect(screen(page, "Positive").getByRole("alert")).toHaveCount(0)
  await page.getByRole("slider", { name: "Frame" }).focus()
  for (let i = 0; i < 20; i++) await page.keyboard.press("ArrowRight")
  await expect(screen(page, "Positive")).toContainText("attribution/2b_0_v_pos_prin-1.png is missing")
  await expect(screen(page, "Negative").getByRole("alert")).toHaveCount(0)
  await onTimeline(page, "Home")
  await expect(screen(page, "Positive").getByRole("alert")).toHaveCount(0)
  await page.keyboard.press("t")
  await expect(screen(page, "Observation")).toContainText("trajectories/1.png is missing or cannot be shown")
  await page.keyboard.press("1")
  await expect(page.getByRole("dialog")).toContainText("features/2b_0_10_4.png is missing")
})

test("JSON in files cannot be read from disk: the page says what to do", async ({ page }) => {
  await page.goto(`${fileUrl("synthetic")}#layer=2b`)
  await expect(page.getByText("attribution_totals/2b_0_0_channels.json cannot be read by a page opened from disk")).toBeVisible()
  await expectFrame(page, 1)
})

test("a page that was cut short, or has other data, says so", async ({ page }) => {
  writePage(folder("other"), { colour: "blue" })
  await page.goto("/other/interface.html")
  await expect(page.getByRole("alert")).toContainText('has no "layers"')

  const html = fs.readFileSync(path.join(folder("synthetic"), "interface.html"), "utf8")
  fs.mkdirSync(folder("cut"), { recursive: true })
  fs.writeFileSync(path.join(folder("cut"), "interface.html"), html.replace(/("env_name":"synth).*?(<\/script>)/s, "$1$2"))
  await page.goto("/cut/interface.html")
  await expect(page.getByText("The data in this page is not complete")).toBeVisible()

  fs.writeFileSync(path.join(folder("cut"), "interface.html"), html.slice(0, 5000))
  await page.goto("/cut/interface.html")
  await expect(page.getByText("the file of this page is cut short")).toBeVisible()
})

test("numbers that are missing (NaN becomes null) leave gaps", async ({ page }) => {
  const copy = copyOf("gaps")
  const props = JSON.parse(
    /type="application\/json"[^>]*>(.*?)<\/script>/s.exec(fs.readFileSync(path.join(copy, "interface.html"), "utf8"))![1],
  )
  props.trajectories.values[0][2] = null
  props.trajectories.advantages = [Array(FRAMES).fill(null), Array(FRAMES).fill(null)]
  writePage(copy, props)
  await openPage(page, "gaps", "#frame=3")
  await expect(page.getByTestId("value of value function")).toHaveText("–")
  await page.keyboard.press("ArrowRight")
  await expect(page.getByTestId("value of value function")).not.toHaveText("–")
})
