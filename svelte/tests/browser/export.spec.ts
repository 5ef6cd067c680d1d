import fs from "node:fs"
import type { Page } from "@playwright/test"
import { violations } from "./axe"
import { attributionColor, expect, observationColor, openPage, test } from "./fixtures"

/** Bytes of the file that a button of the dialog saves, and its name. */
async function saved(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("dialog").getByRole("button", { name: button }).click(),
  ])
  return { name: download.suggestedFilename(), bytes: fs.readFileSync(await download.path()) }
}

/** Size and a pixel of a picture as the browser shows it, at a place of the figure at scale 1. */
const shown = (page: Page, bytes: Buffer, type: string, scale: number, at: [number, number]) =>
  page.evaluate(
    async ([data, kind, factor, x, y]) => {
      const image = new Image()
      image.src = `data:${kind};base64,${data}`
      await image.decode()
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight)
      const context = canvas.getContext("2d")!
      context.drawImage(image, 0, 0)
      const pixel = [...context.getImageData((x as number) * (factor as number), (y as number) * (factor as number), 1, 1).data]
      return { width: image.naturalWidth, height: image.naturalHeight, pixel: pixel.slice(0, 3) }
    },
    [bytes.toString("base64"), type, scale, ...at] as const,
  )

async function open(page: Page, hash: string): Promise<void> {
  await openPage(page, "synthetic", hash)
  await page.getByRole("button", { name: "Export …" }).click()
}

// The middles of the first two screens of a figure.
const [FIRST, SECOND] = [16 + 192, 16 + 384 + 16 + 192].map((x): [number, number] => [x, 64 + 50 + 192])

test("the picture at any size, and as SVG that shows the same", async ({ page }) => {
  await open(page, "#layer=2b&frame=8&show=combine")
  expect(await violations(page)).toEqual([])
  const expected = [observationColor(0, 7), attributionColor("2b_0_v_abs_prin", 7)]
  for (const scale of [1, 4]) {
    await page.getByLabel("Size").first().selectOption(`${scale} ×`)
    const { name, bytes } = await saved(page, "Picture as PNG")
    expect(name).toBe(scale === 1 ? "trajectory-1-frame-8.png" : "trajectory-1-frame-8@4x.png")
    for (const [i, at] of [FIRST, SECOND].entries()) {
      const { width, pixel } = await shown(page, bytes, "image/png", scale, at)
      expect([width, pixel]).toEqual([scale * (2 * 384 + 3 * 16), expected[i]])
    }
  }
  const { name, bytes } = await saved(page, "Picture as SVG")
  expect(name).toBe("trajectory-1-frame-8.svg")
  const text = bytes.toString()
  for (const part of ["trajectory 1, frame 8 of 40", "scale ±", "residual", "run made-up", "Attribution of the value function"]) {
    expect(text).toContain(part)
  }
  // Images are inside: there is nothing to fetch.
  expect(text.match(/href="(?!data:image\/png)/)).toBeNull()
  for (const [i, at] of [FIRST, SECOND].entries()) {
    expect((await shown(page, bytes, "image/svg+xml", 1, at)).pixel).toEqual(expected[i])
  }
})

test("a film as GIF: each frame, in order; the page goes on", async ({ page }) => {
  await open(page, "#layer=2b&frame=12&show=combine")
  // The episode on view is offered.
  await expect(page.getByRole("heading", { name: "Film of frames 11 to 30" })).toBeVisible()
  await page.getByLabel("From").fill("3")
  await page.getByLabel("to", { exact: true }).fill("5")
  const { name, bytes } = await saved(page, "Film as GIF")
  expect(name).toBe("trajectory-1-frames-3-5.gif")
  const pixels = await page.evaluate(
    async ([data, x, y]) => {
      const bytes = Uint8Array.from(atob(data as string), (c) => c.charCodeAt(0))
      const decoder = new (window as any).ImageDecoder({ data: bytes, type: "image/gif" })
      await decoder.tracks.ready
      const found = []
      for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex++) {
        const { image } = await decoder.decode({ frameIndex })
        const context = new OffscreenCanvas(1, 1).getContext("2d")!
        context.drawImage(image, -(x as number), -(y as number))
        found.push([...context.getImageData(0, 0, 1, 1).data].slice(0, 3))
      }
      return found
    },
    [bytes.toString("base64"), ...FIRST] as const,
  )
  expect(pixels).toHaveLength(3)
  for (const [i, pixel] of pixels.entries()) {
    const off = pixel.map((part, k) => Math.abs(part - observationColor(0, 2 + i)[k]))
    // A GIF has 256 colours, told by 5 or 6 bits.
    expect(Math.max(...off)).toBeLessThanOrEqual(8)
  }
  await page.keyboard.press("Escape")
  await expect(page.getByTestId("frame")).toHaveText(/^12 of/)
})

test("a film as WebM, which plays; and one that is stopped", async ({ page }) => {
  await open(page, "#layer=2b&frame=1")
  await page.getByLabel("From").fill("1")
  await page.getByLabel("to", { exact: true }).fill("6")
  const { name, bytes } = await saved(page, "Film as WebM")
  expect(name).toBe("trajectory-1-frames-1-6.webm")
  const video = await page.evaluate(async (data) => {
    const element = document.createElement("video")
    element.src = `data:video/webm;base64,${data}`
    element.muted = true
    await element.play()
    return { width: element.videoWidth, height: element.videoHeight }
  }, bytes.toString("base64"))
  expect(video.width).toBe(3 * 384 + 4 * 16)
  await page.getByLabel("to", { exact: true }).fill("40")
  await page.getByRole("dialog").getByLabel("frames a second").fill("1")
  await page.getByRole("button", { name: "Film as WebM" }).click()
  await page.getByRole("button", { name: "Stop" }).click()
  await expect(page.getByRole("button", { name: "Film as WebM" })).toBeEnabled()
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0)
})

test("everything as CSV and as JSON", async ({ page }) => {
  await open(page, "#layer=2b")
  const csv = await saved(page, "Everything as CSV")
  expect(csv.name).toBe("everything.csv")
  const lines = csv.bytes.toString().trim().split("\n")
  expect(lines).toHaveLength(1 + 2 * 40)
  const heading = lines[0].split(",")
  for (const name of ["1a value function: 1", "2b logit of →: 3", "2b logits of any →: residual"]) expect(heading).toContain(name)
  // Of the value at layer 2b, feature 3 in frame 11 of trajectory 2: (3 - 2) x 11 x 0.01.
  expect(Number(lines[51].split(",")[heading.indexOf("2b value function: 3")])).toBeCloseTo(0.11)
  const json = JSON.parse((await saved(page, "Everything as JSON")).bytes.toString())
  expect(json.run_id).toBe("made-up")
  expect(json.attribution_totals).toHaveLength(2 * 2 * 4)
})
