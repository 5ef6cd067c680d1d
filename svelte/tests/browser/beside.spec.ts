import fs from "node:fs"
import path from "node:path"
import { writePage } from "../pages.mjs"
import { total, writeSynthetic } from "../synthetic.mjs"
import { expect, fileUrl, test } from "./fixtures"

// As `run` writes it: totals and grids in scripts beside the page.
test.beforeAll(() => {
  const folder = path.join(process.env.TEST_PAGES!, "beside")
  const props = writeSynthetic(folder)
  for (const directory of ["attribution_totals", "features_grids"]) {
    for (const file of fs.readdirSync(path.join(folder, directory))) {
      const name = `${directory}/${file.replace(".json", ".js")}`
      const content = fs.readFileSync(path.join(folder, directory, file), "utf8")
      fs.writeFileSync(path.join(folder, name), `understandingRlVisionValues(${JSON.stringify(name)}, ${content});\n`)
      fs.rmSync(path.join(folder, directory, file))
    }
  }
  writePage(folder, JSON.parse(JSON.stringify(props).replaceAll(".json", ".js")))
})

test("what scripts beside a page hold is loaded when it is needed, from disk too", async ({ page }) => {
  const scripts: string[] = []
  page.on("request", (request) => request.url().endsWith(".js") && scripts.push(request.url().split("/beside/")[1]))
  await page.goto(`${fileUrl("beside")}#layer=2b&frame=3`)
  await expect(page.locator(".totals .value").first()).toHaveText(`−${Math.abs(total(0, 2, 0)).toFixed(2)}`)
  // Those of the layer and output on view, of both trajectories, which have one scale.
  expect(scripts.length).toBe(4)
  expect(scripts.filter((name) => !/^attribution_totals\/2b_/.test(name))).toEqual([])
  await page.getByRole("link", { name: "more of number 2" }).click()
  await expect(page.getByTestId("usage")).toContainText("of the totals of layer 2b")
  await expect.poll(() => scripts.filter((name) => name.startsWith("features_grids/2b_1_"))).toHaveLength(1)
})

test.describe("where one is not there", () => {
  test.use({ allowed: /attribution_totals/ })
  test("it is named", async ({ page }) => {
    await page.route("**/attribution_totals/*", (route) => route.fulfill({ status: 404 }))
    await page.goto("/beside/interface.html#layer=2b")
    await expect(page.getByText(/attribution_totals\/2b_0_0_\w+\.js is missing\./).first()).toBeVisible()
  })
})
