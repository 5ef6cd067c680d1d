import { defineConfig } from "@playwright/test"
import { CHROMIUM } from "./tests/browsers.mjs"

// Workers take this over with the environment: two runs at a time do not meet.
process.env.TEST_PORT ??= String(20000 + Math.floor(20000 * Math.random()))

export default defineConfig({
  testDir: "tests/browser",
  globalSetup: "./tests/setup.ts",
  workers: 1,
  // A busy machine takes its time; what waits in vain still ends.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: "line",
  use: {
    baseURL: `http://127.0.0.1:${process.env.TEST_PORT}`,
    viewport: { width: 1600, height: 1000 },
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
})
