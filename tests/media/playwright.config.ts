import { defineConfig } from '@playwright/test'
import type { Client, Column, Service } from './support/call.ts'
import type { Kind } from './support/server.ts'

// One column of the table each. Scenarios about the RoomService vary its two clients; all others vary the client in the room.
const clients: Client[] = ['chromium-v1', 'chromium-v0', 'native-v1', 'native-v0', 'firefox-v1']
const services: Service[] = ['npm', 'pypi']
const servers: Kind[] = ['built-in', 'livekit']

const column = (server: Kind, client: Client, service: Service) => ({ column: { server, client, service } satisfies Column })

export default defineConfig<object, { column: Column }>({
  testDir: 'scenarios',
  outputDir: '../../test-results/media-artefacts',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: !!process.env.CI,
  retries: process.env.CI ? 1 : 0,
  reporter: [['list'], ['./support/table.ts', { file: process.env.MEDIA_TABLE }]],
  projects: servers.flatMap((server) => [
    ...clients.map((client) => ({
      name: `${server} ${client}`,
      testIgnore: 'steward.spec.ts',
      use: column(server, client, 'npm'),
    })),
    ...services.map((service) => ({
      name: `${server} ${service}`,
      testMatch: 'steward.spec.ts',
      use: column(server, 'chromium-v1', service),
    })),
  ]),
})
