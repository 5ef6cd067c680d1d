import fs from "node:fs"
import path from "node:path"
import { pathToFileURL } from "node:url"
import { locateFrame } from "../../src/core/frames"
import type { Props, Sheet } from "../../src/core/props"
import { ROOT } from "../pages.mjs"
import { expect, expectFrame, expectPixel, screen, test, type Color } from "./fixtures"

// The page that `make demo` makes, from disk. Skipped where it has not been made.
const DEMO = path.resolve(process.env.DEMO_DIR ?? path.join(ROOT, "demo"))
const html = path.join(DEMO, "interface.html")

test.skip(!fs.existsSync(html), "there is no demo")

function readProps(): Props {
  return JSON.parse(/type="application\/json"[^>]*>(.*?)<\/script>/s.exec(fs.readFileSync(html, "utf8"))![1])
}

test("every layer and trajectory shows its frames", async ({ page }) => {
  const props = readProps()
  const total = props.trajectories.values[0].length

  async function middle(file: string, frame: number, sheet: Sheet): Promise<number[]> {
    const place = locateFrame(file, frame, total, sheet, { width: 0, height: 0 })
    const data = fs.readFileSync(path.join(DEMO, place.file)).toString("base64")
    return page.evaluate(
      async ([text, x, y]) => {
        const bytes = Uint8Array.from(atob(text as string), (c) => c.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes]))
        const context = new OffscreenCanvas(1, 1).getContext("2d")!
        context.drawImage(bitmap, -(x as number), -(y as number))
        return [...context.getImageData(0, 0, 1, 1).data]
      },
      [data, place.x + place.width / 2, place.y + place.height / 2] as const,
    )
  }

  for (const [i, layer] of props.layers.entries()) {
    const trajectory = i % props.trajectories.values.length
    const frame = Math.floor((total - 1) * (i / props.layers.length))
    await page.goto("about:blank")
    await page.goto(`${pathToFileURL(html)}#layer=${layer}&trajectory=${trajectory + 1}&frame=${frame + 1}&show=overlay,ownScale`)
    await expectFrame(page, frame + 1)
    const [r, g, b] = await middle(`trajectories/${trajectory}.png`, frame, props.layout!.trajectories!)
    await expectPixel(page, screen(page, "Observation"), [r, g, b], 0.505, 0.505)
    const sheet = props.layout!.attribution![layer]
    const [ar, ag, ab, alpha] = await middle(`attribution/${layer}_${trajectory}_v_pos_prin.png`, frame, sheet)
    const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b
    const weight = (0.9 * alpha) / 255
    const mixed = [ar, ag, ab].map((part) => weight * part + (1 - weight) * grey) as Color
    await expectPixel(page, screen(page, "Positive"), mixed, 0.505, 0.505)
    await expect(page.getByRole("alert")).toHaveCount(0)
  }
})

test("it opens where its data say", async ({ page }) => {
  const { layer, trajectory, frame } = readProps().opening!
  await page.goto(pathToFileURL(html).href)
  await expectFrame(page, frame + 1)
  await expect(page.getByRole("radio", { name: layer, exact: true })).toBeChecked()
  await expect(page.getByRole("radio", { name: `${trajectory + 1}`, exact: true })).toBeChecked()
})

test("playing, bookmarks and feature popups work", async ({ page }) => {
  await page.goto(`${pathToFileURL(html).href}#frame=1`)
  await page.keyboard.press(" ")
  await expect.poll(async () => parseInt((await page.getByTestId("frame").textContent())!)).toBeGreaterThan(5)
  await page.keyboard.press(" ")
  const link = page.getByRole("link", { name: /^trajectory/ }).first()
  const [, trajectory, frame] = /trajectory (\d+), frame (\d+)/.exec((await link.textContent())!)!
  await link.click()
  await expectFrame(page, Number(frame))
  await expect(page.getByRole("radio", { name: trajectory, exact: true })).toBeChecked()
  await page.getByRole("button", { name: "Feature 1" }).click()
  await page.getByRole("dialog").getByRole("button", { name: "Feature image" }).click()
  await expect(page.getByRole("dialog").getByRole("img", { name: /^Observation/ })).toBeVisible()
  await expect(page.getByRole("alert")).toHaveCount(0)
})
