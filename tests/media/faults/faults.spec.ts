// Ann's network fails while she and Ben see and hear each other; both say what they suffered. `kill -9` and an outage meet everybody.
import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Call, expect, hears, sees, test } from '../support/call.ts'
import type { Peer } from '../support/peer.ts'
import { startServer } from '../support/server.ts'
import { cutOff, heal, lose } from './firewall.ts'
import { type Suffered, suffered } from './measure.ts'
import { type Relay, relayTo } from './relay.ts'

const folder = new URL('../../../test-results/media-faults/', import.meta.url)

interface Fault {
  name: string
  /** All media goes through a relay (relay.ts). */
  relayed?: boolean
  /** Begins the fault, and returns when what is to be recovered from is over (Unix milliseconds). */
  strike(call: Call, ann: Peer, relay?: Relay): Promise<number>
  /** Seconds to watch after that. */
  watch: number
}

const loss = (percent: number): Fault => ({
  name: `${percent} % of Ann's packets lost, each way, for 20 s`,
  strike: async (_, ann) => {
    lose(percent, await ann.ports({}))
    await pause(20_000)
    heal()
    return Date.now()
  },
  watch: 5,
})

/** Another address of this namespace (scripts/media-faults), for the relay. */
const beside = '198.51.100.3'

const jitter = (milliseconds: number): Fault => ({
  name: `Ann's packets take up to ${milliseconds} ms longer, each its own time, each way, for 20 s`,
  relayed: true,
  strike: async (_, ann, relay) => {
    relay?.delay(milliseconds, await ann.ports({}))
    await pause(20_000)
    relay?.delay(0, [])
    // A relay that delayed nothing would measure nothing.
    expect(relay?.delayed().overtaken).toBeGreaterThan(500)
    return Date.now()
  },
  watch: 5,
})

const faults: Fault[] = [
  { name: 'nothing, for 10 s', strike: async () => Date.now(), watch: 10 },
  loss(5),
  loss(10),
  loss(20),
  jitter(200),
  {
    name: 'the server out of reach for 30 s',
    strike: async (call) => {
      cutOff(call.server.ports)
      await pause(30_000)
      heal()
      return Date.now()
    },
    watch: 30,
  },
  {
    name: "Ann's network changes: her old address is dead, her socket reset",
    strike: async (call, ann) => {
      cutOff(await ann.ports({}))
      call.cut('ann')
      return Date.now()
    },
    watch: 30,
  },
  {
    name: 'the server is killed (SIGKILL) and started again at once',
    strike: async (call) => {
      await call.server.killAndRestart()
      return Date.now()
    },
    watch: 40,
  },
]

const round = (of: Suffered) => Object.fromEntries(Object.entries(of).map(([k, v]) => [k, v === undefined ? null : Math.round(v * 10) / 10]))

/** A call through a delaying relay, on a server of its own. */
async function relayedCall({ column, subjects, counterparts, steward }: Call): Promise<{ call: Call; relay: Relay; close(): Promise<void> }> {
  const server = await startServer(column.server, { behind: beside })
  const relay = await relayTo({ address: server.host, port: server.ports[2] }, { address: beside, port: server.ports[2] })
  const call = new Call(server, column, subjects, counterparts, steward)
  const close = async () => {
    await call.close()
    await server.close()
    relay.close()
  }
  return { call, relay, close }
}

for (const [order, { name, relayed, strike, watch }] of faults.entries()) {
  test(name, async ({ call: direct, column }) => {
    const through = relayed ? await relayedCall(direct) : undefined
    const call = through?.call ?? direct
    try {
      const ann = await call.enter('ann')
      const ben = await call.enter('ben', { counterpart: true })
      for (const peer of [ann, ben]) {
        await peer.publish({ source: 'camera' })
        await peer.publish({ source: 'microphone' })
      }
      await Promise.all([sees(ann, 'ben'), sees(ben, 'ann'), hears(ann, 'ben'), hears(ben, 'ann')])
      await Promise.all([ann.trace({ of: 'ben' }), ben.trace({ of: 'ann' })])
      const since = await strike(call, ann, through?.relay)
      await pause(watch * 1000)
      const result = {
        order,
        name,
        ann: round(suffered(await ann.traced({}), since)),
        ben: round(suffered(await ben.traced({}), since)),
      }
      mkdirSync(folder, { recursive: true })
      writeFileSync(new URL(`${column.server}-${order}.json`, folder), JSON.stringify(result))
      heal()
      // However bad it was: after it, the call is a call again.
      await Promise.all([sees(ann, 'ben', 'camera', 60_000), sees(ben, 'ann', 'camera', 60_000)])
    } finally {
      heal()
      await through?.close()
    }
  })
}
