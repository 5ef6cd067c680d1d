import { defineConfig } from "@playwright/test"

export default defineConfig({
  testDir: "tests/browser",
  globalSetup: "./tests/setup.ts",
  workers: 1,
  reporter: "line",
  use: {
    baseURL: `http://127.0.0.1:${process.env.TEST_PORT ?? 4321}`,
    viewport: { width: 1600, height: 1000 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
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
