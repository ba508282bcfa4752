// What a scenario is given: one call (a room of its own), people who enter it, and questions that wait for an answer.
import { randomUUID } from 'node:crypto'
import { test as base, expect } from '@playwright/test'
import { AccessToken, TrackSource, type VideoGrant } from 'livekit-server-sdk'
import { chromiumPeers, firefoxIsHere, firefoxPeers, type Source as Peers } from './browsers.ts'
import { nativeIsHere, nativePeers } from './native.ts'
import type { Join, Observed, Peer, Signature, Source } from './peer.ts'
import { type Kind, programFor, type Server, startServer } from './server.ts'
import { npmSteward, pypiSteward, type Steward } from './steward.ts'
import { type Wire, wireTo } from './wire.ts'

export type Client = 'chromium-v1' | 'chromium-v0' | 'native-v1' | 'native-v0' | 'firefox-v1'
export type Service = 'npm' | 'pypi'

/** A column of the table. */
export interface Column {
  server: Kind
  client: Client
  service: Service
}

// Far apart in colour and pitch: what VP8 and Opus do to them never makes one into another.
const signatures: Record<string, Signature> = {
  ann: { colour: [220, 40, 40], tone: 440 },
  ben: { colour: [40, 180, 60], tone: 660 },
  cid: { colour: [50, 80, 220], tone: 880 },
  dee: { colour: [230, 200, 40], tone: 1100 },
}

function signatureOf(identity: string): Signature {
  return signatures[identity] ?? { colour: [120, 120, 120], tone: 1320 }
}

export interface Entry extends Partial<Join> {
  grants?: Partial<VideoGrant>
  name?: string
  token?: string
  /** The counterpart (livekit-client v1 in Chromium), whatever the column's client is. */
  counterpart?: boolean
}

export class Call {
  readonly room = `table-${randomUUID().slice(0, 8)}`
  readonly #entered: Peer[] = []
  readonly #wires: { identity: string; wire: Wire }[] = []

  constructor(
    readonly server: Server,
    readonly column: Column,
    readonly subjects: Peers,
    readonly counterparts: Peers,
    readonly steward: Steward,
  ) {}

  async token(identity: string, { grants = {}, name, seconds = 600, secret = this.server.secret }: Writ = {}): Promise<string> {
    const token = new AccessToken(this.server.key, secret, { identity, name: name ?? identity, ttl: seconds })
    token.addGrant({ roomJoin: true, room: this.room, canUpdateOwnMetadata: true, ...grants })
    return token.toJwt()
  }

  /** Somebody enters the room, through a wire of their own. The promise fails if the server refuses them. */
  async enter(identity: string, entry: Entry = {}): Promise<Peer> {
    const { grants, name, counterpart = false, token, ...join } = entry
    const peers = counterpart ? this.counterparts : this.subjects
    const wire = await wireTo(this.server.host, this.server.port)
    this.#wires.push({ identity, wire })
    const peer = await peers.peer(identity)
    this.#entered.push(peer)
    await peer.join({
      url: `ws://127.0.0.1:${wire.port}`,
      token: token ?? (await this.token(identity, { grants, name })),
      signature: signatureOf(identity),
      onePeerConnection: counterpart || this.column.client.endsWith('v1'),
      ...join,
    })
    return peer
  }

  /** Breaks somebody's signalling socket without a word of goodbye. */
  cut(identity: string): void {
    for (const own of this.#wires) if (own.identity === identity) own.wire.cut()
  }

  /** Keeps the devices with which somebody is here now from the signalling; returns how to let them through again. */
  asleep(identity: string): () => void {
    const wires = this.#wires.filter((own) => own.identity === identity).map(({ wire }) => wire)
    for (const wire of wires) wire.hold()
    return () => {
      for (const wire of wires) wire.release()
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#entered.map((peer) => peer.close().catch(() => {})))
    await Promise.all(this.#wires.map(({ wire }) => wire.close()))
  }
}

export interface Writ {
  grants?: Partial<VideoGrant>
  name?: string
  seconds?: number
  secret?: string
}

export { TrackSource }

/** Waits until what a client tells its user is as the scenario says. */
export async function told(peer: Peer, what: string, holds: (seen: Observed) => boolean, timeout = 15_000): Promise<Observed> {
  let seen: Observed | undefined
  await expect
    .poll(
      async () => {
        seen = await peer.observe({})
        return holds(seen) || JSON.stringify(seen)
      },
      { message: `${peer.identity} is told: ${what}`, timeout, intervals: [50, 100, 250] },
    )
    .toBe(true)
  return seen as Observed
}

function near(seen: number[], expected: number[]): boolean {
  return seen.every((channel, i) => Math.abs(channel - (expected[i] ?? 0)) < 40)
}

/** `peer` sees `whom` and nobody else in that tile: the colour is theirs, and the picture moves. */
export async function sees(peer: Peer, whom: string, source: Source = 'camera', timeout = 20_000): Promise<void> {
  const colour = signatureOf(whom).colour.map((c) => (source === 'camera' ? c : 255 - c))
  await expect
    .poll(async () => near((await peer.look({ at: whom, source })).colour, colour), {
      message: `${peer.identity} sees the ${source} of ${whom}`,
      timeout,
    })
    .toBe(true)
  const { frames } = await peer.look({ at: whom, source })
  await expect
    .poll(async () => (await peer.look({ at: whom, source })).frames - frames, {
      message: `the ${source} of ${whom} moves for ${peer.identity}`,
      timeout,
    })
    .toBeGreaterThan(5)
}

export async function hears(peer: Peer, whom: string, timeout = 20_000): Promise<void> {
  await expect
    .poll(async () => Math.abs((await peer.listen({ to: whom })).tone - signatureOf(whom).tone) < 25, {
      message: `${peer.identity} hears ${whom}`,
      timeout,
    })
    .toBe(true)
}

export async function hearsNothing(peer: Peer, whom: string): Promise<void> {
  await expect
    .poll(async () => (await peer.listen({ to: whom })).tone, { message: `${peer.identity} hears nothing of ${whom}` })
    .toBe(0)
}

/** The picture stands still: no new frame for a second. */
export async function standsStill(peer: Peer, whom: string): Promise<void> {
  let last = -1
  await expect
    .poll(
      async () => {
        const { frames } = await peer.look({ at: whom, source: 'camera' })
        const still = frames === last
        last = frames
        return still
      },
      { message: `the camera of ${whom} stands still for ${peer.identity}`, intervals: [1000] },
    )
    .toBe(true)
}

async function peersFor(client: Client): Promise<Peers> {
  if (client.startsWith('chromium')) return chromiumPeers()
  return client.startsWith('native') ? nativePeers() : firefoxPeers()
}

/** Why a column cannot run here, or nothing. */
export function missing({ server, client, service }: Column): string | undefined {
  const program = programFor(server)
  if ('missing' in program) return program.missing
  if (client.startsWith('firefox') && !firefoxIsHere()) return 'no firefox-esr and pulseaudio'
  if ((client.startsWith('native') || service === 'pypi') && !nativeIsHere()) return 'no Python packages; run scripts/media-venv'
  return undefined
}

export const test = base.extend<
  { call: Call; here: void },
  { column: Column; server: Server; subjects: Peers; counterparts: Peers; steward: Steward }
>({
  column: [{ server: 'built-in', client: 'chromium-v1', service: 'npm' }, { option: true, scope: 'worker' }],
  server: [
    async ({ column }, use) => {
      // Fixtures are made before a test can skip itself; of a column that cannot run, none is used.
      if (missing(column)) return use(undefined as unknown as Server)
      const server = await startServer(column.server)
      await use(server)
      await server.close()
    },
    { scope: 'worker' },
  ],
  counterparts: [
    async ({ browserName: _ }, use) => {
      const peers = await chromiumPeers()
      await use(peers)
      await peers.close()
    },
    { scope: 'worker' },
  ],
  subjects: [
    async ({ column, counterparts }, use) => {
      if (missing(column)) return use(counterparts)
      const peers = column.client.startsWith('chromium') ? counterparts : await peersFor(column.client)
      await use(peers)
      if (peers !== counterparts) await peers.close()
    },
    { scope: 'worker' },
  ],
  steward: [
    async ({ column, server }, use) => {
      if (missing(column)) return use(undefined as unknown as Steward)
      const steward = column.service === 'npm' ? npmSteward(server) : await pypiSteward(server)
      await use(steward)
      await steward.close()
    },
    { scope: 'worker' },
  ],
  // Automatic, so that it comes first: a column that cannot run is skipped and says why.
  here: [
    async ({ column }, use, info) => {
      const why = missing(column)
      if (why) info.skip(true, why)
      await use()
    },
    { auto: true },
  ],
  call: async ({ server, column, subjects, counterparts, steward }, use) => {
    const call = new Call(server, column, subjects, counterparts, steward)
    await use(call)
    await call.close()
  },
})

export { expect }
