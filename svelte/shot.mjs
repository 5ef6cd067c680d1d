import { chromium } from "@playwright/test"
const [, , url, out, ...acts] = process.argv
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] })
const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
page.on("console", (m) => console.log("console", m.type(), m.text()))
page.on("pageerror", (e) => console.log("error", e.message))
await page.goto(url)
await page.waitForTimeout(2500)
await page.screenshot({ path: out, fullPage: true })
await browser.close()
