import fs from "node:fs"
import path from "node:path"
import { writePage } from "../pages.mjs"
import { violations } from "./axe"
import { expect, openPage, propsOf, test } from "./fixtures"

const COMMAND = "rl-clarity run coinrun.jd OUTPUT_DIR --nmf-features 4"
const SHA = "e083e998d7acaaf9ec3ddd110dda457ad11db29df12257ea926d7b643be3f7fc"

test("the panel of where the page comes from", async ({ page, context }) => {
  const folder = path.join(process.env.TEST_PAGES!, "provenance")
  fs.cpSync(path.join(process.env.TEST_PAGES!, "synthetic"), folder, { recursive: true })
  const provenance = {
    command: COMMAND,
    checkpoints: [{ name: "coinrun.jd", sha256: SHA }],
    options: { nmf_features: 4 },
    played: { trajectories_kwargs: { seed: 3 } },
    date: "2026-11-28",
    versions: { "understanding-rl-vision": "0.1.0", tensorflow: "2.21.0" },
    skipped: ["Layers 3a: layer_kwargs leaves them out, 2b shown."],
  }
  writePage(folder, { ...propsOf(folder), provenance })
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  await openPage(page, "provenance")
  await page.getByRole("button", { name: "Provenance" }).click()
  const dialog = page.getByRole("dialog")
  for (const text of [COMMAND, `SHA-256 ${SHA}`, '{"seed":3}', "2.21.0", "layer_kwargs leaves them out"]) {
    await expect(dialog).toContainText(text)
  }
  await expect(dialog).toContainText(/What was played.*distribution_mode\s*easy.*paint_vel_info\s*false/s)
  await dialog.getByRole("button", { name: "Copy command" }).click()
  await expect(dialog.getByText("Copied.")).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(COMMAND)
  expect(await violations(page)).toEqual([])
  await page.keyboard.press("Escape")
  await expect(dialog).toHaveCount(0)
})

test("data of before says that it does not tell", async ({ page }) => {
  await openPage(page, "synthetic")
  await page.getByRole("button", { name: "Provenance" }).click()
  await expect(page.getByRole("dialog")).toContainText("made before pages told how they were made")
  await expect(page.getByRole("dialog")).toContainText("made-up")
})
