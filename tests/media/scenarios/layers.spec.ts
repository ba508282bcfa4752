// What a subscriber asks for decides what is sent: subscriptions, layers, sizes.
import { expect, sees, standsStill, test, told } from '../support/call.ts'

// The encoder of a busy machine may hold back its top layer for long: these ask for smaller and larger, not for exact sizes.
const width = async (peer: { look: (a: { at: string; source: 'camera' }) => Promise<{ width: number }> }, whom: string) =>
  (await peer.look({ at: whom, source: 'camera' })).width

test('who unsubscribes gets no more frames; who subscribes again gets them @fast', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await ben.publish({ source: 'camera' })
  await sees(ann, 'ben')
  for (let again = 0; again < 3; again++) {
    await ann.subscribe({ to: 'ben', source: 'camera', on: false })
    await told(ann, 'it is not subscribed', ({ others }) => others.ben?.tracks.camera?.subscribed === false)
    await ann.subscribe({ to: 'ben', source: 'camera', on: true })
    await sees(ann, 'ben')
  }
})

test('who subscribes by hand gets only what was asked for', async ({ call }) => {
  const ann = await call.enter('ann', { autoSubscribe: false })
  const ben = await call.enter('ben', { counterpart: true })
  const cid = await call.enter('cid', { counterpart: true })
  for (const peer of [ben, cid]) await peer.publish({ source: 'camera' })
  await told(ann, 'both tracks', ({ others }) => !!others.ben?.tracks.camera && !!others.cid?.tracks.camera)
  await ann.subscribe({ to: 'cid', source: 'camera', on: true })
  await sees(ann, 'cid')
  expect((await ann.look({ at: 'ben', source: 'camera' })).frames).toBe(0)
})

test('a subscriber who asks for a lower layer of a simulcast gets a smaller picture, and a larger one again', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true, simulcast: true, cameraWidth: 960 })
  await ben.publish({ source: 'camera' })
  await sees(ann, 'ben')
  await ann.quality({ of: 'ben', quality: 'low' })
  await expect.poll(() => width(ann, 'ben'), { message: 'a small picture', timeout: 30_000 }).toBeLessThanOrEqual(320)
  const small = await width(ann, 'ben')
  await sees(ann, 'ben')
  await ann.quality({ of: 'ben', quality: 'high' })
  await expect.poll(() => width(ann, 'ben'), { message: 'a larger picture', timeout: 45_000 }).toBeGreaterThan(small)
  await sees(ann, 'ben')
})

test('a simulcast of the client under test is switched by layer as well', async ({ call }) => {
  const ann = await call.enter('ann', { simulcast: true, cameraWidth: 960 })
  const ben = await call.enter('ben', { counterpart: true })
  await ann.publish({ source: 'camera' })
  await sees(ben, 'ann')
  await ben.quality({ of: 'ann', quality: 'low' })
  await expect.poll(() => width(ben, 'ann'), { message: 'a small picture', timeout: 30_000 }).toBeLessThanOrEqual(320)
  const small = await width(ben, 'ann')
  await sees(ben, 'ann')
  await ben.quality({ of: 'ann', quality: 'high' })
  await expect.poll(() => width(ben, 'ann'), { message: 'a larger picture', timeout: 45_000 }).toBeGreaterThan(small)
  await sees(ben, 'ann')
})

test('layers that nobody watches are not encoded (dynacast)', async ({ call, column }) => {
  test.skip(column.client.startsWith('native'), 'this client shows no encodings')
  const ann = await call.enter('ann', { simulcast: true, dynacast: true, cameraWidth: 960 })
  const ben = await call.enter('ben', { counterpart: true })
  await ann.publish({ source: 'camera' })
  await sees(ben, 'ann')
  await ben.quality({ of: 'ann', quality: 'low' })
  const active = async () => (await ann.layers({})).filter((layer) => layer.active).map((layer) => layer.rid)
  await expect.poll(active, { message: 'only the lowest layer', timeout: 30_000 }).toEqual(['q'])
  await ben.quality({ of: 'ann', quality: 'high' })
  await expect.poll(async () => (await active()).length, { message: 'the others again', timeout: 30_000 }).toBeGreaterThan(1)
})

test('an adaptive subscriber is sent what its tile needs, and nothing for a hidden one', async ({ call, column }) => {
  test.skip(column.client.startsWith('native'), 'this client has no tiles')
  const ann = await call.enter('ann', { adaptiveStream: true })
  const ben = await call.enter('ben', { counterpart: true, simulcast: true, cameraWidth: 960 })
  await ben.publish({ source: 'camera' })
  await sees(ann, 'ben')
  await ann.show({ of: 'ben', width: 160 })
  await expect.poll(() => width(ann, 'ben'), { message: 'a small picture', timeout: 30_000 }).toBeLessThanOrEqual(320)
  await ann.show({ of: 'ben', width: 0 })
  await standsStill(ann, 'ben')
  await ann.show({ of: 'ben', width: 160 })
  await sees(ann, 'ben')
})
