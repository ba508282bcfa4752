import { defineConfig } from '@playwright/test'
import type { Column } from './support/call.ts'
import type { Kind } from './support/server.ts'

const servers: Kind[] = ['built-in', 'livekit']

export default defineConfig<object, { column: Column }>({
  testDir: 'faults',
  outputDir: '../../test-results/media-artefacts',
  timeout: 240_000,
  workers: 1,
  forbidOnly: !!process.env.CI,
  reporter: [['list'], ['./faults/report.ts']],
  projects: servers.map((server) => ({
    name: server,
    use: { column: { server, client: 'chromium-v1', service: 'npm' } satisfies Column },
  })),
})
