import fs from "node:fs"
import http from "node:http"
import os from "node:os"
import path from "node:path"
import { CHROMIUM } from "./browsers.mjs"
import { publishedPage, PUBLISHED, writePage, writeRatingPage } from "./pages.mjs"
import { writeSynthetic } from "./synthetic.mjs"

const TYPES: Record<string, string> = { ".html": "text/html", ".png": "image/png", ".json": "application/json" }

/** Builds every page into a temporary folder and serves it; returns what takes both away again. */
export default function setup() {
  if (!CHROMIUM) throw new Error("The browser tests need Chromium: apt-get install chromium, or set CHROMIUM.")
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "interface-tests-"))
  process.env.TEST_PAGES = folder
  for (const name of Object.keys(PUBLISHED)) publishedPage(path.join(folder, name), name)
  const synthetic = path.join(folder, "synthetic")
  writePage(synthetic, writeSynthetic(synthetic))
  writeRatingPage(path.join(folder, "study"))

  const server = http.createServer((request, response) => {
    const file = path.join(folder, decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname))
    fs.readFile(file, (error, data) => {
      response.writeHead(error ? 404 : 200, { "content-type": TYPES[path.extname(file)] ?? "text/plain" })
      response.end(error ? "" : data)
    })
  })
  server.listen(Number(process.env.TEST_PORT), "127.0.0.1")
  return () => {
    server.close()
    fs.rmSync(folder, { recursive: true })
  }
}
