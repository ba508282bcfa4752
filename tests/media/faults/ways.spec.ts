// What is left when a network blocks the usual way: TCP where it blocks UDP, IPv6 where there is no other.
import { mkdirSync, writeFileSync } from 'node:fs'
import { Call, expect, hears, sees, test } from '../support/call.ts'
import { startServer } from '../support/server.ts'
import { blockUdp, heal } from './firewall.ts'

const folder = new URL('../../../test-results/media-ways/', import.meta.url)

interface Way {
  name: string
  announce?: string[]
  block(): void
  expected: { protocol: string; remote?: string }
}

/** The address that scripts/media-faults gives the namespace. */
const ipv6 = '2001:db8::2'

const ways: Way[] = [
  { name: 'all UDP is blocked: the call goes over TCP', block: () => blockUdp('inet'), expected: { protocol: 'tcp' } },
  {
    name: 'nothing but IPv6 gets through: the call goes over it',
    announce: ['127.0.0.1', ipv6],
    block: () => blockUdp('ip'),
    expected: { protocol: 'udp', remote: ipv6 },
  },
]

for (const [order, { name, announce, block, expected }] of ways.entries()) {
  test(name, async ({ column, subjects, counterparts, steward }) => {
    test.skip(announce !== undefined && column.server === 'livekit', 'it announces one address; more is not configured here')
    const server = await startServer(column.server, { announce })
    const call = new Call(server, column, subjects, counterparts, steward)
    let seconds: number | null = null
    try {
      block()
      const began = Date.now()
      const ann = await call.enter('ann')
      const ben = await call.enter('ben', { counterpart: true })
      for (const peer of [ann, ben]) {
        await peer.publish({ source: 'camera' })
        await peer.publish({ source: 'microphone' })
      }
      await Promise.all([sees(ann, 'ben'), sees(ben, 'ann'), hears(ann, 'ben'), hears(ben, 'ann')])
      seconds = (Date.now() - began) / 1000
      for (const way of await ann.ways({})) expect(way).toMatchObject(expected)
    } finally {
      heal()
      await call.close()
      await server.close()
      mkdirSync(folder, { recursive: true })
      writeFileSync(new URL(`${column.server}-${order}.json`, folder), JSON.stringify({ order, name, seconds }))
    }
  })
}
