import { expect, test } from "@playwright/test"
import puppeteer, { type Browser, type Page } from "puppeteer-core"
import { FIREFOX } from "../browsers.mjs"
import { PUBLISHED } from "../pages.mjs"
import { fileUrl, mixed, observationColor, type Color } from "./fixtures"
import { good, layoutOf } from "./layout"

// The same page in Firefox, driven through WebDriver BiDi. Skipped where there is no Firefox.
test.skip(!FIREFOX, "Firefox is not installed")
test.describe.configure({ timeout: 90_000 })

let browser: Browser
let page: Page
let errors: string[]

test.beforeAll(async () => {
  browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true })
})
test.afterAll(() => browser?.close())
test.beforeEach(async () => {
  page = await browser.newPage()
  // Tall enough that hovering over the legend does not scroll.
  await page.setViewport({ width: 1600, height: 1400 })
  errors = []
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()))
  page.on("pageerror", (error) => errors.push((error as Error).message))
})
test.afterEach(async () => {
  await page.close()
  expect(errors).toEqual([])
})

/** Colour on the screen in the middle of the n-th screen. */
async function middleOf(n: number): Promise<number[]> {
  const boxes = await page.$$eval("figure > .screen", (all) => all.map((div) => div.getBoundingClientRect().toJSON()))
  const { x, y, width, height } = boxes[n]
  const shot = await page.screenshot({ encoding: "base64", clip: { x: x + width / 2, y: y + height / 2, width: 2, height: 2 } })
  return page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))]))
    const context = new OffscreenCanvas(1, 1).getContext("2d")!
    context.drawImage(bitmap, 0, 0)
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }, shot)
}

async function expectMiddle(n: number, color: Color): Promise<void> {
  await expect
    .poll(async () => Math.max(...(await middleOf(n)).map((part, i) => Math.abs(part - color[i]))), { timeout: 10_000 })
    .toBeLessThanOrEqual(4)
}

const text = (selector: string) => page.$eval(selector, (node) => node.textContent)

test("frames, layers, switches, legend and popup", async ({ baseURL }) => {
  await page.goto(`${baseURL}/synthetic/interface.html#layer=2b&frame=17`)
  await page.waitForSelector("figure canvas[data-shown]")
  await expectMiddle(0, observationColor(0, 16))
  await expectMiddle(1, mixed("2b_0_v_pos_prin", 16))
  await page.keyboard.press("ArrowRight")
  await expectMiddle(2, mixed("2b_0_v_neg_prin", 17))
  await page.keyboard.press("r")
  await expectMiddle(1, mixed("2b_0_v_pos_all", 17))
  await page.keyboard.press("r")
  await page.keyboard.press("L")
  await expectMiddle(1, mixed("1a_0_v_pos_prin", 17))
  await page.hover('[aria-label="Feature 3: coin?"]')
  await expectMiddle(1, mixed("1a_0_v_pos_2", 17))
  await page.click('[aria-label="Feature 3: coin?"]')
  await expect.poll(() => text("dialog h2")).toContain("Feature 3")
  await page.keyboard.press("Escape")
  await expect.poll(() => page.$("dialog")).toBe(null)
})

test("playing reaches the end", async ({ baseURL }) => {
  await page.goto(`${baseURL}/synthetic/interface.html#layer=2b&frame=20`)
  await page.waitForSelector("figure canvas[data-shown]")
  await page.keyboard.press(" ")
  await expect.poll(() => text('[data-testid="frame"]'), { timeout: 10_000 }).toBe("40 of 40")
  await expectMiddle(0, observationColor(0, 39))
})

test("screens are as large as the window leaves room for", async ({ baseURL }) => {
  await page.goto(`${baseURL}/synthetic/interface.html#layer=2b&rows=v,a0`)
  await page.waitForSelector("figure canvas[data-shown]")
  for (const [width, height] of [[1600, 1400], [1300, 800], [1900, 1850]]) {
    await page.setViewport({ width, height })
    await expect.poll(() => page.$$eval("article", layoutOf)).toEqual([good, good])
  }
})

test("from disk", async () => {
  test.skip(!("reference" in PUBLISHED), "the data is not beside the checkout")
  await page.goto(`${fileUrl("reference")}#layer=3a&frame=30`)
  await page.waitForSelector('figure canvas[data-shown="0.png 29"]')
  expect(await text('[data-testid="value of value function"]')).toBe("0.663")
  expect(await page.$$("[role=alert]")).toHaveLength(0)
  const colors = await middleOf(1)
  await page.focus("[role=slider]")
  await page.keyboard.press("Home")
  await page.waitForSelector('figure canvas[data-shown="3a_0_v_pos_prin.png 0"]')
  expect(await middleOf(1)).not.toEqual(colors)
})
