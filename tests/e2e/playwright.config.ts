import { defineConfig } from '@playwright/test'

// One worker: each scenario starts its own server, and the people in it are many browsers already.
export default defineConfig({
  testDir: 'scenarios',
  outputDir: '../../test-results/artefacts',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: !!process.env.CI,
  // Browsers, mails and a moved clock on a busy machine: one more try there, and the report calls it flaky.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list'], ['html', { outputFolder: '../../test-results/report', open: 'never' }]],
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // Root needs --no-sandbox; the rest keeps the browser from asking the network for anything of its own.
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--no-first-run'],
    },
    actionTimeout: 15_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
})
