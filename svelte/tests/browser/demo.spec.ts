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

interface Picture {
  width: number
  height: number
  data: number[]
}

const colorAt = ({ width, data }: Picture, x: number, y: number) =>
  data.slice(4 * (y * width + x), 4 * (y * width + x) + 4)

/** Within a position of attribution where the observation is most of one colour: large frames are shown smaller than they are. */
function flattest(observation: Picture, columns: number): [number, number] {
  const reach = Math.ceil(observation.width / 100)
  let [best, least] = [[0.505, 0.505] as [number, number], Infinity]
  for (let row = 2; row < columns - 2; row++) {
    for (let column = 2; column < columns - 2; column++) {
      const [x, y] = [(column + 0.55) / columns, (row + 0.55) / columns]
      const [px, py] = [Math.floor(x * observation.width), Math.floor(y * observation.height)]
      const here = colorAt(observation, px, py)
      let spread = 0
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          const there = colorAt(observation, px + dx, py + dy)
          spread = Math.max(spread, ...here.map((part, i) => Math.abs(part - there[i])))
        }
      }
      if (spread < least) [best, least] = [[x, y], spread]
    }
  }
  return best
}

test("every layer and trajectory shows its frames", async ({ page }) => {
  const props = readProps()
  const total = props.trajectories.values[0].length

  async function picture(file: string, frame: number, sheet: Sheet): Promise<Picture> {
    const place = locateFrame(file, frame, total, sheet, { width: 0, height: 0 })
    const data = fs.readFileSync(path.join(DEMO, place.file)).toString("base64")
    const { width, height } = place
    const pixels = await page.evaluate(
      async ([text, x, y, w, h]) => {
        const bytes = Uint8Array.from(atob(text as string), (c) => c.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes]))
        const context = new OffscreenCanvas(w as number, h as number).getContext("2d")!
        context.drawImage(bitmap, -(x as number), -(y as number))
        return [...context.getImageData(0, 0, w as number, h as number).data]
      },
      [data, place.x, place.y, width, height] as const,
    )
    return { width, height, data: pixels }
  }

  for (const [i, layer] of props.layers.entries()) {
    const trajectory = i % props.trajectories.values.length
    const frame = Math.floor((total - 1) * (i / props.layers.length))
    await page.goto("about:blank")
    await page.goto(`${pathToFileURL(html)}#layer=${layer}&trajectory=${trajectory + 1}&frame=${frame + 1}&show=overlay,ownScale`)
    await expectFrame(page, frame + 1)
    const sheet = props.layout!.attribution![layer]
    const observation = await picture(`trajectories/${trajectory}.png`, frame, props.layout!.trajectories!)
    const attribution = await picture(`attribution/${layer}_${trajectory}_v_pos_prin.png`, frame, sheet)
    const [x, y] = flattest(observation, sheet.width)
    const [r, g, b] = colorAt(observation, Math.floor(x * observation.width), Math.floor(y * observation.height))
    await expectPixel(page, screen(page, "Observation"), [r, g, b], x, y)
    const [ar, ag, ab, alpha] = colorAt(attribution, Math.floor(x * sheet.width), Math.floor(y * sheet.height))
    const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b
    const weight = (0.9 * alpha) / 255
    const mixed = [ar, ag, ab].map((part) => weight * part + (1 - weight) * grey) as Color
    await expectPixel(page, screen(page, "Positive"), mixed, x, y)
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
