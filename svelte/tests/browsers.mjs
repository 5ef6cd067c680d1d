// The browsers of this machine: paths, or undefined where there is none.
import fs from "node:fs"

const find = (...paths) => paths.find((path) => path && fs.existsSync(path))

export const CHROMIUM = find(
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
export const FIREFOX = find(
  process.env.FIREFOX,
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
)
