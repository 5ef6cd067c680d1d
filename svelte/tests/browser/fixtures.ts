import { test as base, expect, type Locator, type Page } from "@playwright/test"
import fs from "node:fs"
import path from "node:path"
import { frameColor } from "../synthetic.mjs"

/** A page whose console must stay free of errors; `allowed` matches those that a test provokes. */
export const test = base.extend<{ allowed: RegExp }>({
  allowed: [/$^/, { option: true }],
  page: async ({ page, allowed }, use) => {
    const errors: string[] = []
    const outside: string[] = []
    const note = (text: string) => allowed.test(text) || errors.push(text)
    page.on("console", (message) => message.type() === "error" && note(`${message.text()} ${message.location().url}`))
    page.on("pageerror", (error) => note(error.message))
    page.on("request", (request) => {
      if (!/^(file:|data:|blob:|http:\/\/127\.0\.0\.1)/.test(request.url())) outside.push(request.url())
    })
    await use(page)
    expect(errors).toEqual([])
    expect(outside).toEqual([])
  },
})
export { expect }

export async function openPage(page: Page, name: string, hash = ""): Promise<void> {
  await page.goto("about:blank")
  await page.goto(`/${name}/interface.html${hash}`)
  await expect(page.getByRole("heading", { name: "Timeline" })).toBeVisible()
}

export const fileUrl = (name: string) => `file://${path.join(process.env.TEST_PAGES!, name, "interface.html")}`

/** The data in the page of a folder. */
export function propsOf(folder: string): Record<string, any> {
  const html = fs.readFileSync(path.join(folder, "interface.html"), "utf8")
  return JSON.parse(/type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)![1])
}

export type Color = [number, number, number]

/** Colour on the screen at a point of an element, x and y in fractions of its size. */
export async function pixelOf(page: Page, element: Locator, x = 0.5, y = 0.5): Promise<Color> {
  const shot = (await element.screenshot()).toString("base64")
  const pixel = await page.evaluate(
    async ([data, fx, fy]) => {
      const blob = new Blob([Uint8Array.from(atob(data as string), (c) => c.charCodeAt(0))], { type: "image/png" })
      const bitmap = await createImageBitmap(blob)
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      const context = canvas.getContext("2d")!
      context.drawImage(bitmap, 0, 0)
      const at = (fraction: number, size: number) => Math.min(Math.floor(fraction * size), size - 1)
      return [...context.getImageData(at(fx as number, bitmap.width), at(fy as number, bitmap.height), 1, 1).data]
    },
    [shot, x, y] as const,
  )
  return pixel.slice(0, 3) as Color
}

export async function expectPixel(page: Page, element: Locator, color: Color, x = 0.5, y = 0.5): Promise<void> {
  await expect
    .poll(async () => {
      const seen = await pixelOf(page, element, x, y)
      return Math.max(...seen.map((part, i) => Math.abs(part - color[i])))
    })
    .toBeLessThanOrEqual(4)
}

export const observationColor = (trajectory: number, frame: number) => frameColor(`${trajectory}.png`, frame) as Color

export const attributionColor = (file: string, frame: number) => frameColor(`${file}.png`, frame) as Color

/** What a screen shows of a frame: the attribution of a file over the greyed observation, at the default weight of 0.9. */
export function mixed(file: string, frame: number): Color {
  const [r, g, b] = observationColor(Number(file.split("_")[1]), frame)
  const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return attributionColor(file, frame).map((part) => 0.9 * part + 0.1 * grey) as Color
}

export const screen = (page: Page, title: string, row = 0) =>
  page.getByRole("article").nth(row).locator("figure").filter({ hasText: new RegExp(`^${title}`) }).locator("div").first()

export const hash = async (page: Page) => new URLSearchParams(new URL(page.url()).hash.slice(1))

/** Press a key on the timeline. */
export const onTimeline = (page: Page, key: string) => page.getByRole("slider", { name: "Frame" }).press(key)

export const expectFrame = (page: Page, frame: number) =>
  expect(page.getByTestId("frame")).toHaveText(new RegExp(`^${frame} of`))
