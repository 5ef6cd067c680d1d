import fs from "node:fs"
import path from "node:path"
import { writePage } from "../pages.mjs"
import { expect, expectPixel, mixed, openPage, screen, test } from "./fixtures"

// Layers without features and agents without value function: the page leaves out what there is not, and says why.

const REASON = "No features: all activations of the layer are zero on the 16 observations."

/** A copy of the made-up page with other props. */
function changed(name: string, change: (props: any) => void): void {
  const [from, to] = ["synthetic", name].map((folder) => path.join(process.env.TEST_PAGES!, folder))
  fs.rmSync(to, { recursive: true, force: true })
  fs.cpSync(from, to, { recursive: true })
  const html = fs.readFileSync(path.join(from, "interface.html"), "utf8")
  const props = JSON.parse(/type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)![1])
  change(props)
  writePage(to, props)
}

/** Keep the images of a layer, or of outputs, that a condition holds for. */
function keepImages(props: any, keep: (layer: string, type: string, channel: unknown) => boolean): void {
  for (const entry of props.attributions) {
    const { type, channel } = entry.metadata
    const kept = entry.images.map((_: string, i: number) => keep(entry.layer, type[i], channel[i]))
    const filter = <T>(all: T[]) => all.filter((_, i) => kept[i])
    entry.images = filter(entry.images)
    for (const key of Object.keys(entry.metadata)) entry.metadata[key] = filter(entry.metadata[key])
  }
}

function withDeadLayer(props: any): void {
  props.feature_counts = { "1a": 3, "2b": 0 }
  props.feature_notes = { "2b": REASON }
  props.features = props.features.filter(({ layer }: any) => layer !== "2b")
  keepImages(props, (layer, _, channel) => layer !== "2b" || channel === "all")
  for (const entry of props.attribution_totals.filter(({ layer }: any) => layer === "2b")) {
    for (const file of entry.channels) props.json_preloaded[`attribution_totals/${file}`] = Array(40).fill([])
  }
  delete props.layer_gaps["2b"]
  // The value does not go through the layer; logits do.
  for (const entry of props.integration_gaps.filter(({ layer }: any) => layer === "2b")) {
    entry.gaps[0] = Array(40).fill(3e-9)
  }
  for (const entry of props.attribution_totals.filter(({ layer }: any) => layer === "2b")) {
    props.json_preloaded[`attribution_totals/${entry.residuals[0]}`] = Array(40).fill(0)
  }
}

test("a layer without features says why, and its attribution is shown as a whole", async ({ page }) => {
  changed("dead", withDeadLayer)
  await openPage(page, "dead")
  // The page opens on a layer that has features.
  await expect(page.getByRole("button", { name: "Feature 3" })).toBeVisible()
  await expect(page.getByText("directions of attribution of the value function")).toBeVisible()
  await expect(page.getByText(REASON)).toHaveCount(0)
  await page.getByRole("radio", { name: "2b" }).check()
  await expect(page.getByText(REASON)).toBeVisible()
  await expect(page.getByRole("button", { name: /Feature|Isolate/ })).toHaveCount(0)
  await expect(page.getByTestId("trust")).toHaveText(/^V\(0\) (\S+)\s+= V\(x\) \1\s+nothing to explain$/, { useInnerText: true })
  await expect(page.getByRole("heading", { name: "Totals" })).toHaveText(/all are zero/)
  await expect(page.getByTitle(REASON)).toHaveText("2b")

  await page.getByLabel("Network output of row 1").selectOption({ label: "logit of →" })
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_action_1_pos_all", 0))
  await page.keyboard.press("r")
  await expectPixel(page, screen(page, "Negative"), mixed("2b_0_action_1_neg_all", 0))
  await expect(page.getByTestId("trust")).toHaveText(
    "F(0) −0.0700 attribution +0.0500 gap +0.0200 = F(x) 0.0000 large gap: raise attr_integrate_steps",
    { useInnerText: true },
  )
  await expect(page.getByRole("listitem").filter({ hasText: "all:" })).toHaveText(/all:\s*\+0\.05/)
  await expect(page.getByRole("img", { name: /attribution .* of everything, layer 2b/ })).toHaveCount(2)

  await page.getByLabel("compare").check()
  await expect(page.getByLabel("Channel of row 1")).toHaveCount(0)
  await page.getByLabel("Layer of row 2").selectOption("1a")
  await expect(page.getByText(REASON)).toHaveCount(1)
  await page.getByLabel("Channel of row 2").selectOption("2")
  await expectPixel(page, screen(page, "Positive", 1), mixed("1a_0_action_1_pos_1", 0))
})

test("fewer features than asked for are told, and what they are directions of", async ({ page }) => {
  changed("fewer", (props) => {
    props.feature_counts = { "1a": 3, "2b": 2 }
    props.feature_notes = { "2b": "2 features instead of 3." }
    props.nmf_output = { type: "action", data: 1 }
    keepImages(props, (layer, _, channel) => layer !== "2b" || channel !== 2)
  })
  await openPage(page, "fewer", "#layer=2b")
  await expect(page.getByText("2 features instead of 3.")).toBeVisible()
  await expect(page.getByText("directions of attribution of the logit of →")).toBeVisible()
  await expect(page.getByRole("button", { name: /^Feature \d/ })).toHaveCount(2)
})

test("without a value function nothing speaks of values", async ({ page }) => {
  changed("policy", (props) => {
    const none = [Array(40).fill(null), Array(40).fill(null)]
    Object.assign(props.trajectories, { values: none, advantages: none })
    props.bookmarks = { high: [], low: [] }
    props.nmf_output = { type: "activations", data: null }
    delete props.layer_gaps
    keepImages(props, (_, type) => type !== "v")
    for (const entry of [...props.attribution_totals, ...props.integration_gaps]) {
      for (const key of ["channels", "residuals", "baselines", "gaps"]) entry[key]?.shift()
      entry.metadata = { type: entry.metadata.type.slice(1), data: entry.metadata.data.slice(1) }
    }
  })
  await openPage(page, "policy", "#layer=2b&frame=3")
  await expect(page.getByText("directions of the layer's activations")).toBeVisible()
  await expect(page.getByTestId("value of advantage")).toHaveCount(0)
  await expect(page.getByTestId("value of value function")).toHaveCount(0)
  await expect(page.getByTestId("value of logit of none")).toHaveText("0")
  await expect(page.getByRole("heading", { name: "Value spikes" })).toHaveCount(0)
  await expect(page.getByText("which this agent does not have")).toBeVisible()
  await expect(page.getByTestId("trust")).toHaveText(/^F\(0\) −0\.0700\s+features 0\.0000/, { useInnerText: true })
  const table = page.getByRole("region", { name: "Table of episodes" })
  await expect(table.getByRole("columnheader")).toHaveText([/^trajectory/, "first frame", "length", "return", "outcome"])
  await expectPixel(page, screen(page, "Positive"), mixed("2b_0_action_0_pos_prin", 2))
  await expect(page.locator("body")).not.toContainText(/NaN|Infinity|null/)
  await page.getByRole("button", { name: "Help" }).click()
  await expect(page.getByRole("dialog")).toContainText("found by non-negative matrix factorisation")
})
