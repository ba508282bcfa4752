// What is published in each codec is seen by the other side, and sound goes on through silence.
import { expect, hears, hearsNothing, sees, test } from '../support/call.ts'
import type { Codec, Peer } from '../support/peer.ts'

const video = async (peer: Peer, sent: boolean) =>
  (await peer.streams({})).filter((stream) => stream.kind === 'video' && stream.sent === sent && stream.packets > 0)

for (const codec of ['vp8', 'h264', 'vp9', 'av1'] satisfies Codec[]) {
  test(`a camera published in ${codec.toUpperCase()} is seen`, async ({ call, column }) => {
    test.skip(column.client.startsWith('native'), 'this client is asked for no codecs here')
    const scalable = codec === 'vp9' || codec === 'av1'
    test.skip(column.client.startsWith('firefox') && scalable, 'livekit-client publishes VP8 from Firefox in its place')
    const ann = await call.enter('ann', { codec })
    const able = await ann.codecs({})
    test.skip(!able.includes(codec), `this browser has no encoder for ${codec}`)
    const ben = await call.enter('ben', { counterpart: true })
    await ann.publish({ source: 'camera' })
    await sees(ben, 'ann')
    const [sent, received] = [await video(ann, true), await video(ben, false)]
    expect(sent.map((stream) => stream.codec.toLowerCase())).toContain(`video/${codec}`)
    expect(received.map((stream) => stream.codec.toLowerCase())).toEqual([`video/${codec}`])
  })
}

test('what another publishes in AV1, in layers, is seen', async ({ call, column }) => {
  test.skip(column.client.startsWith('native'), 'this client shows no packets')
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true, codec: 'av1', cameraWidth: 960 })
  await ben.publish({ source: 'camera' })
  await sees(ann, 'ben')
  expect((await video(ann, false)).map((stream) => stream.codec.toLowerCase())).toEqual(['video/av1'])
})

for (const codec of ['vp9', 'av1'] satisfies Codec[]) {
  test(`the layers of one scalable stream all arrive, in ${codec.toUpperCase()}`, async ({ call, column }) => {
    test.skip(!column.client.startsWith('chromium'), 'only this client publishes scalable video')
    const ann = await call.enter('ann', { codec, cameraWidth: 960 })
    const ben = await call.enter('ben', { counterpart: true })
    await ann.publish({ source: 'camera' })
    await sees(ben, 'ann')
    expect((await video(ann, true)).map((stream) => stream.scalability)).toEqual(['L3T3_KEY'])
    // The encoder of a busy machine may hold back its top layer.
    await expect.poll(async () => (await ben.look({ at: 'ann', source: 'camera' })).width, { timeout: 30_000 }).toBeGreaterThan(320)
    await ben.subscribe({ to: 'ann', source: 'camera', on: false })
    await ben.subscribe({ to: 'ann', source: 'camera', on: true })
    await sees(ben, 'ann')
  })
}

test('a screen published in VP9 is seen beside a camera in VP8', async ({ call, column }) => {
  test.skip(!column.client.startsWith('chromium'), 'this client is asked for no codecs here')
  const ann = await call.enter('ann', { codec: 'vp8' })
  const ben = await call.enter('ben', { counterpart: true, codec: 'vp9' })
  await ann.publish({ source: 'camera' })
  await ben.publish({ source: 'camera' })
  await ben.publish({ source: 'screen_share' })
  await Promise.all([sees(ben, 'ann'), sees(ann, 'ben'), sees(ann, 'ben', 'screen_share')])
})

test('sound is sent twice where the publisher offers it (RED), and heard', async ({ call, column }) => {
  test.skip(!column.client.startsWith('chromium'), 'this client knows no RED')
  const ann = await call.enter('ann', { red: true })
  const cid = await call.enter('cid', { red: false })
  const ben = await call.enter('ben', { counterpart: true })
  for (const peer of [ann, cid]) await peer.publish({ source: 'microphone' })
  await Promise.all([hears(ben, 'ann'), hears(ben, 'cid')])
  // Browsers count RED as Opus; its packets are about twice as large.
  const size = async (peer: Peer) => {
    const sent = (await peer.streams({})).filter((stream) => stream.kind === 'audio' && stream.sent && stream.packets > 100)
    return sent.map((stream) => stream.bytes / stream.packets)[0] ?? 0
  }
  await expect.poll(async () => (await size(ann)) / (await size(cid)), { message: 'size beside plain packets' }).toBeGreaterThan(1.5)
})

test('after a silence, in which hardly anything is sent, sound is there again at once', async ({ call, column }) => {
  test.skip(column.client.startsWith('native'), 'this client shows no packets')
  test.skip(column.client.startsWith('firefox'), 'Firefox went on sending fifty packets a second in silence; why was not looked into')
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await ann.publish({ source: 'microphone' })
  await hears(ben, 'ann')
  await ann.hush({ on: true })
  await hearsNothing(ben, 'ann')
  const packets = async () => (await ben.streams({})).filter((s) => s.kind === 'audio' && !s.sent).reduce((sum, s) => sum + s.packets, 0)
  const before = await packets()
  await new Promise((resolve) => setTimeout(resolve, 4_000))
  // Fifty a second without DTX, two and a half with it; the encoder takes a moment to be sure that it is silence.
  expect((await packets()) - before).toBeLessThan(100)
  await ann.hush({ on: false })
  await hears(ben, 'ann')
})
