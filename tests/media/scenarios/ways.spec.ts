// Ways around networks that let no UDP through, or nobody directly. Blocked for good by a firewall: faults/ways.spec.ts.
import { Call, expect, hears, sees, test, told } from '../support/call.ts'
import type { Peer } from '../support/peer.ts'
import { startServer } from '../support/server.ts'
import { startTurn, turnIsHere } from '../support/turn.ts'

async function meet(ann: Peer, ben: Peer): Promise<void> {
  for (const peer of [ann, ben]) {
    await peer.publish({ source: 'camera' })
    await peer.publish({ source: 'microphone' })
  }
  await Promise.all([sees(ann, 'ben'), sees(ben, 'ann'), hears(ann, 'ben'), hears(ben, 'ann')])
}

test('a client that switches to TCP sees and hears, and is seen and heard', async ({ call, column }) => {
  test.skip(column.client.startsWith('native'), 'this client offers its user no drill')
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await meet(ann, ben)
  expect((await ann.ways({})).map((way) => way.protocol)).toContain('udp')
  await ann.simulate({ scenario: 'force-tcp' })
  await told(ann, 'the connection is back', ({ history }) => history.includes('reconnecting') && history.includes('reconnected'), 30_000)
  await Promise.all([sees(ann, 'ben'), sees(ben, 'ann'), hears(ann, 'ben'), hears(ben, 'ann')])
  const protocols = async () => [...new Set((await ann.ways({})).map((way) => way.protocol))]
  await expect.poll(protocols, { message: 'all goes over TCP' }).toEqual(['tcp'])
})

for (const transport of ['udp', 'tcp'] as const) {
  const way = `through a TURN server over ${transport.toUpperCase()}`
  test(`a client that may only go ${way} does, with a login of its own`, async ({ column, subjects, counterparts, steward }) => {
    test.skip(column.client.startsWith('native'), 'this client is not told which ways to take here')
    test.skip(!turnIsHere(), 'coturn is not installed')
    const turn = await startTurn('127.0.0.1')
    const server = await startServer(column.server, { turn: { ...turn, transport } })
    const call = new Call(server, column, subjects, counterparts, steward)
    try {
      const ann = await call.enter('ann', { relayOnly: true })
      const ben = await call.enter('ben', { counterpart: true })
      await meet(ann, ben)
      const ways = await ann.ways({})
      expect(ways.length).toBeGreaterThan(0)
      for (const one of ways) expect(one).toMatchObject({ local: 'relay', protocol: transport })
      expect((await ben.ways({})).map((way) => way.local)).not.toContain('relay')
      // The name says until when it is good.
      const now = Date.now() / 1000
      for (const user of turn.users()) expect(Number(user.split(':')[0])).toBeGreaterThan(now)
      expect(turn.users().length).toBeGreaterThan(0)
    } finally {
      await call.close()
      await server.close()
      await turn.close()
    }
  })
}
