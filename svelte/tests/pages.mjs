// Pages for the browser tests, from data beside the checkout: node tests/pages.mjs FOLDER
//
// Each page is made by the package's own svelte3.compile_html, in a folder whose images are links to the data's.
import { execFileSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { png } from "./png.mjs"

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..")
const INTERFACE_JS = path.join(ROOT, "understanding_rl_vision/rl_clarity/js/interface.js")
const SHARED = process.env.SHARED_DATA ?? path.resolve(ROOT, "../shared")

/** Data made by the original system, where it is beside the checkout: name → folder. */
export const PUBLISHED = Object.fromEntries(
  Object.entries({
    reference: "reference/interface",
    bug_coin: "article/bug_coin",
    failure_down: "article/failure_down",
  })
    .map(([name, folder]) => [name, path.join(SHARED, folder)])
    .filter(([, folder]) => fs.existsSync(path.join(folder, "props.json"))),
)

const COMPILE = `
import json, sys
from understanding_rl_vision import svelte3
svelte3.compile_html(sys.argv[1], sys.argv[2], props=json.load(sys.stdin), precision=6, title="Test page")
`

/** Write interface.html in `folder` for the props. */
export function writePage(folder, props) {
  fs.mkdirSync(folder, { recursive: true })
  execFileSync(process.env.PYTHON ?? "python3", ["-c", COMPILE, INTERFACE_JS, path.join(folder, "interface.html")], {
    cwd: ROOT,
    input: JSON.stringify(props),
  })
}

/** A page of published data; `change` may alter the props. */
export function publishedPage(folder, name, change = (props) => props) {
  fs.mkdirSync(folder, { recursive: true })
  for (const entry of fs.readdirSync(PUBLISHED[name], { withFileTypes: true })) {
    const link = path.join(folder, entry.name)
    if (entry.isDirectory() && !fs.existsSync(link)) fs.symlinkSync(path.join(PUBLISHED[name], entry.name), link)
  }
  writePage(folder, change(JSON.parse(fs.readFileSync(path.join(PUBLISHED[name], "props.json"), "utf8"))))
}

const RATE = `
import json, sys
from understanding_rl_vision.study.rating_page import write_rating_page
agents = {name: (sys.argv[1], features) for name, features in json.load(sys.stdin).items()}
write_rating_page(sys.argv[1], agents, 0, "coinrun")
`

/** A study's rating page, of two agents with two features each, and its key, in `folder`. */
export function writeRatingPage(folder) {
  fs.mkdirSync(folder, { recursive: true })
  const agents = {}
  for (const [i, name] of ["10-1", "1000-1"].entries()) {
    agents[name] = [1, 2].map((number) => {
      const feature = { number }
      for (const [k, kind] of ["examples", "attribution"].entries()) {
        feature[kind] = `${name}-${number}-${kind}.png`
        const image = png(40, 40, () => [80 * i, 90 * number, 120 * k, 255])
        fs.writeFileSync(path.join(folder, feature[kind]), image)
      }
      return feature
    })
  }
  execFileSync(process.env.PYTHON ?? "python3", ["-c", RATE, folder], { cwd: ROOT, input: JSON.stringify(agents) })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of Object.keys(PUBLISHED)) publishedPage(path.join(process.argv[2], name), name)
}
