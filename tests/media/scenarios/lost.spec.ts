// Lost sockets and connections: nobody leaves, nothing is lost that was promised.
import { expect, hears, sees, test, told } from '../support/call.ts'

test('a socket that breaks is resumed: same tracks, same people, nobody left @fast', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  for (const peer of [ann, ben]) {
    await peer.publish({ source: 'camera' })
    await peer.publish({ source: 'microphone' })
  }
  await Promise.all([sees(ann, 'ben'), sees(ben, 'ann')])
  const before = await ann.observe({})
  call.cut('ann')
  await told(ann, 'the connection is back', ({ history }) => history.includes('reconnected'))
  const after = await ann.observe({})
  expect(after.me.sid).toBe(before.me.sid)
  expect(after.me.tracks.camera?.sid).toBe(before.me.tracks.camera?.sid)
  expect(after.history).not.toContain('reconnecting')
  await Promise.all([sees(ann, 'ben'), sees(ben, 'ann'), hears(ann, 'ben'), hears(ben, 'ann')])
  expect((await ben.observe({})).others.ann?.sid).toBe(before.me.sid)
})

test('reliable data sent while a socket is broken arrives once', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await told(ann, 'Ben is there', ({ others }) => others.ben !== undefined)
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  await ben.send({ text: 'before', topic: 'count', reliable: true })
  await told(ann, 'the first', ({ data }) => data.length === 1)
  call.cut('ann')
  await ben.send({ text: 'during', topic: 'count', reliable: true })
  await told(ann, 'the connection is back', ({ history }) => history.includes('reconnected'))
  await ben.send({ text: 'after', topic: 'count', reliable: true })
  await told(ann, 'the last', ({ data }) => data.at(-1)?.text === 'after')
  expect((await ann.observe({})).data.map((d) => d.text)).toEqual(['before', 'during', 'after'])
})

test('who joins while a socket is broken is known after it', async ({ call }) => {
  const ann = await call.enter('ann')
  await call.enter('ben', { counterpart: true })
  await told(ann, 'Ben is there', ({ others }) => others.ben !== undefined)
  call.cut('ann')
  const cid = await call.enter('cid', { counterpart: true })
  await cid.publish({ source: 'camera' })
  await told(ann, 'Cid is there', ({ others }) => others.cid !== undefined)
  await sees(ann, 'cid')
})

test('a full reconnect brings everything back', async ({ call, column }) => {
  test.skip(column.client.startsWith('native'), 'this client offers its user no full reconnect')
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  for (const peer of [ann, ben]) await peer.publish({ source: 'camera' })
  await Promise.all([sees(ann, 'ben'), sees(ben, 'ann')])
  await ann.reconnectFully({})
  await told(ann, 'the connection is back', ({ history }) => history.includes('reconnecting') && history.includes('reconnected'), 30_000)
  await Promise.all([sees(ann, 'ben'), sees(ben, 'ann')])
})

test('a device that wakes up leaves the call to the newer one of the same person', async ({ call, column }) => {
  test.skip(column.client.startsWith('native'), 'this client joins anew when a resume is refused, whatever the reason')
  test.skip(column.server === 'livekit', 'LiveKit’s own server lets the older device take the call back')
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  const { others } = await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  const wakesUp = call.asleep('ann')
  const newer = await call.enter('ann')
  await told(ben, 'the newer one is there', (seen) => seen.others.ann !== undefined && seen.others.ann.sid !== others.ann?.sid)
  wakesUp()
  await told(ann, 'why it ended', ({ ended }) => ended === 'DUPLICATE_IDENTITY', 30_000)
  await newer.publish({ source: 'camera' })
  await sees(ben, 'ann')
  expect((await newer.observe({})).ended).toBe('')
})
