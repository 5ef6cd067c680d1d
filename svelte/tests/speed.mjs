// How fast the page is on data of the default size, 8 × 512 frames and 5 layers: npm run speed. Run by hand.
import { chromium } from "@playwright/test"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { pathToFileURL } from "node:url"
import { CHROMIUM } from "./browsers.mjs"
import { writePage } from "./pages.mjs"
import { png } from "./png.mjs"

const [TRAJECTORIES, FRAMES, FEATURES] = [8, 512, 8]
const LAYERS = { "1a": 64, "2a": 32, "2b": 32, "3a": 16, "4a": 8 }
const [COLUMNS, ROWS] = [32, 16]
/** As `run` writes them: sheets of attribution have 2 ** 17 pixels at most. */
const attributionRows = (side) => Math.max(1, Math.min(ROWS, Math.floor(2 ** 17 / (COLUMNS * side * side))))

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "interface-speed-"))
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i))
const noise = (x, y) => (Math.imul(x * 7919 + y, 2654435761) >>> 16) & 63

/** A sheet of noise (so that decoding it takes its time), and copies of it under other names. */
function writeSheet(directory, files, width, height) {
  fs.mkdirSync(path.join(folder, directory), { recursive: true })
  const first = path.join(folder, directory, files[0])
  fs.writeFileSync(first, png(width, height, (x, y) => [noise(x, y) + 90, noise(y, x), 120, noise(x, x + y) * 4]))
  for (const file of files.slice(1)) fs.linkSync(first, path.join(folder, directory, file))
}

const channels = ["prin", "all", ...Array(FEATURES).keys(), "res"]
const combinations = ["abs", "pos", "neg"].flatMap((direction) => channels.map((channel) => ({ direction, channel })))
const attributions = Object.keys(LAYERS).flatMap((layer) =>
  times(TRAJECTORIES, (trajectory) => ({
    layer,
    trajectory,
    images: combinations.map(({ direction, channel }) => `${layer}_${trajectory}_v_${direction}_${channel}.png`),
    metadata: {
      type: combinations.map(() => "v"),
      data: combinations.map(() => null),
      direction: combinations.map(({ direction }) => direction),
      channel: combinations.map(({ channel }) => channel),
    },
  })),
)

function writeData() {
  const trajectories = times(TRAJECTORIES, (i) => `${i}.png`)
  writeSheet("trajectories", trajectories, COLUMNS * 64, ROWS * 64)
  writeSheet("trajectories_scrub", trajectories, FRAMES * 2, 64)
  for (const [layer, side] of Object.entries(LAYERS)) {
    const files = attributions.filter((entry) => entry.layer === layer).flatMap((entry) => entry.images)
    const rows = attributionRows(side)
    const sheets = times(FRAMES / (COLUMNS * rows), (i) => files.map((file) => (i ? file.replace(".png", `-${i}.png`) : file)))
    writeSheet("attribution", sheets.flat(), COLUMNS * side, rows * side)
    writeSheet("attribution_scrub", files, FRAMES, side)
    writeSheet("thumbnails", [`${layer}.png`], FEATURES * 32, 32)
  }
  const all = (make) => times(TRAJECTORIES, (i) => times(FRAMES, (t) => make(i, t)))
  const json = {}
  const totals = attributions.map(({ layer, trajectory }) => {
    const [channel, residual] = [`${layer}_${trajectory}_c.json`, `${layer}_${trajectory}_r.json`]
    json[`attribution_totals/${channel}`] = times(FRAMES, (t) => times(FEATURES, (k) => Math.sin(t * k)))
    json[`attribution_totals/${residual}`] = times(FRAMES, Math.cos)
    return { layer, trajectory, channels: [channel], residuals: [residual], metadata: { type: ["v"], data: [null] } }
  })
  // As many numbers as the grids of feature images have.
  for (const [layer, side] of Object.entries(LAYERS)) {
    for (const scale of times(4, (i) => side * 2 ** (i - 2))) {
      for (let k = 0; k < 4 * FEATURES; k++) {
        json[`features_grids/${layer}_${scale}_${k}.json`] = times(scale, () => times(scale, (c) => c * 31))
      }
    }
  }
  const sheet = (side, rows) => ({ width: side, height: side, columns: COLUMNS, rows })
  return {
    layers: Object.keys(LAYERS),
    attributions,
    attribution_single_channels: true,
    attribution_totals: totals,
    colors: { features: times(FEATURES, (k) => `#${(k * 30 + 10).toString(16).padStart(2, "0")}ff80`) },
    action_combos: times(15, (i) => [`K${i}`]),
    trajectories: {
      actions: all((i, t) => (i + t) % 15),
      rewards: all((_, t) => (t % 60 === 59 ? 1 : 0)),
      dones: all((_, t) => (t % 60 === 59 ? 1 : 0)),
      policy_logits: all((i, t) => times(15, (a) => Math.sin(a * t + i))),
      values: all((i, t) => Math.sin(t / 9 + i)),
      advantages: all((i, t) => Math.cos(t / 7 + i)),
    },
    layout: {
      trajectories: sheet(64, ROWS),
      attribution: Object.fromEntries(Object.entries(LAYERS).map(([layer, side]) => [layer, sheet(side, attributionRows(side))])),
    },
    json_preloaded: json,
  }
}

writePage(folder, writeData())
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info", "--js-flags=--expose-gc"],
})
const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
await page.goto(`${pathToFileURL(path.join(folder, "interface.html")).href}#layer=1a`)
await page.waitForTimeout(2000)
const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime)
console.log(`first paint ${Math.round(paint)} ms`)

/** Time from a key press until the observation and the next frame of the screen are there. */
async function latency(name, key, shown) {
  const took = await page.evaluate(
    ([pressed, pattern]) =>
      new Promise((resolve) => {
        const start = performance.now()
        document.getElementById("timeline").dispatchEvent(new KeyboardEvent("keydown", { key: pressed, bubbles: true }))
        const look = () => {
          const done = [...document.querySelectorAll("figure canvas")].some((c) => new RegExp(pattern).test(c.dataset.shown))
          if (done) requestAnimationFrame(() => resolve(performance.now() - start))
          else setTimeout(look, 1)
        }
        look()
      }),
    [key, shown],
  )
  console.log(`${name} ${Math.round(took)} ms`)
}
await latency("step", "ArrowRight", "^0.png 1$")
await latency("end", "End", "^0.png 511$")
await latency("next layer", "l", "^2a_0_v_neg_prin.png 511$")
await latency("next trajectory", "t", "^2a_1_v_neg_prin.png 511$")
await latency("residual", "r", "^2a_1_v_neg_all.png 511$")
await latency("combine", "c", "^2a_1_v_abs_all.png 511$")

/** Time from a choice of what frames are found by until the list is there, and its numbers. */
async function search(by, every) {
  const took = await page.evaluate(
    ([wanted, all]) =>
      new Promise((resolve) => {
        const set = (label, value) => {
          const field = document.querySelector(`[aria-label="${label}"]`)
          field.value = [...field.options].find((option) => option.text === value).value
          field.dispatchEvent(new Event("change", { bubbles: true }))
        }
        const list = () => document.querySelector('[data-testid="found"]')?.parentElement.textContent ?? ""
        const start = performance.now()
        set("How many frames of an episode are found", all)
        set("What frames are found by", wanted)
        const look = () => (list().includes(`by ${wanted}`) ? resolve(performance.now() - start) : setTimeout(look, 0))
        look()
      }),
    [by, every],
  )
  const status = await page.evaluate(() => document.querySelector('[data-testid="found"]').previousElementSibling.textContent.trim())
  console.log(`find ${Math.round(took)} ms: ${status}`)
}
for (const by of ["feature 1", "residual", "value", "advantage", "value spike", "policy entropy"]) await search(by, "all frames")
await page.evaluate(() => document.activeElement.blur())

await page.keyboard.press("c")
await page.locator("#timeline").press("Home")
await page.getByRole("spinbutton").fill("30")
await page.getByRole("spinbutton").press("Tab")
await page.evaluate(() => document.activeElement.blur())
await page.keyboard.press(" ")
const played = await page.evaluate(
  () =>
    new Promise((resolve) => {
      const canvas = document.querySelector("figure canvas")
      const frames = []
      const start = performance.now()
      const observer = new MutationObserver(() => frames.push(Number(canvas.dataset.shown.split(" ")[1])))
      observer.observe(canvas, { attributeFilter: ["data-shown"] })
      setTimeout(() => resolve({ frames: [...new Set(frames)], seconds: (performance.now() - start) / 1000 }), 8000)
    }),
)
const skipped = played.frames.at(-1) - played.frames[0] + 1 - played.frames.length
console.log(`playing at 30: ${(played.frames.length / played.seconds).toFixed(1)} frames a second, ${skipped} skipped`)

const memory = fs
  .readdirSync("/proc")
  .filter((pid) => /^\d+$/.test(pid))
  .map((pid) => {
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, "latin1")
      const rss = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "latin1"))
      return command.includes("--type=renderer") && rss ? Number(rss[1]) / 1024 : 0
    } catch {
      return 0
    }
  })
console.log(`memory of the renderer ${Math.round(Math.max(...memory))} MB`)
await browser.close()
fs.rmSync(folder, { recursive: true })
