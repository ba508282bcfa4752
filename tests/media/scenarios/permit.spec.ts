// Who may enter and do what, enforced by the server, and taken back while the call runs.
import { expect, sees, standsStill, TrackSource, test, told } from '../support/call.ts'

test('a hidden monitor sees all, is seen by nobody and may not publish @fast', async ({ call }) => {
  const ben = await call.enter('ben', { counterpart: true })
  await ben.publish({ source: 'camera' })
  const ann = await call.enter('ann', { grants: { hidden: true, canPublish: false, canPublishData: false } })
  await sees(ann, 'ben')
  await expect(ann.publish({ source: 'camera' })).rejects.toThrow()
  const cid = await call.enter('cid', { counterpart: true })
  await told(cid, 'Ben is there', ({ others }) => others.ben !== undefined)
  for (const peer of [ben, cid]) expect(Object.keys((await peer.observe({})).others)).not.toContain('ann')
})

test('who may publish a microphone only is refused a camera', async ({ call }) => {
  const ann = await call.enter('ann', { grants: { canPublishSources: [TrackSource.MICROPHONE] } })
  const ben = await call.enter('ben', { counterpart: true })
  await ann.publish({ source: 'microphone' })
  await expect(ann.publish({ source: 'camera' })).rejects.toThrow()
  await told(ben, 'only a microphone', ({ others }) => Object.keys(others.ann?.tracks ?? {}).join() === 'microphone')
})

test('who may not subscribe gets no track', async ({ call }) => {
  const ben = await call.enter('ben', { counterpart: true })
  await ben.publish({ source: 'camera' })
  const ann = await call.enter('ann', { grants: { canSubscribe: false } })
  const cid = await call.enter('cid', { counterpart: true })
  await sees(cid, 'ben')
  expect((await ann.look({ at: 'ben', source: 'camera' })).frames).toBe(0)
  expect((await ann.observe({})).others.ben?.tracks.camera?.subscribed ?? false).toBe(false)
})

test('permission to publish taken away live ends what is published @fast', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await ann.publish({ source: 'camera' })
  await sees(ben, 'ann')
  const permission = { canPublish: false, canSubscribe: true, canPublishData: true }
  expect(await call.steward.update({ room: call.room, identity: 'ann', permission })).toHaveProperty('done')
  await told(ben, "Ann's camera is gone", ({ others }) => others.ann !== undefined && others.ann.tracks.camera === undefined)
  await expect(ann.publish({ source: 'screen_share' })).rejects.toThrow()
})

test('permission given live is used at once', async ({ call }) => {
  const ann = await call.enter('ann', { grants: { canPublish: false } })
  const ben = await call.enter('ben', { counterpart: true })
  await expect(ann.publish({ source: 'camera' })).rejects.toThrow()
  const permission = { canPublish: true, canSubscribe: true, canPublishData: true }
  await call.steward.update({ room: call.room, identity: 'ann', permission })
  await expect(async () => void (await ann.publish({ source: 'camera' }))).toPass()
  await sees(ben, 'ann')
})

test('a publisher chooses who may subscribe', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  const cid = await call.enter('cid', { counterpart: true })
  await ann.permit({ identities: ['ben'] })
  await ann.publish({ source: 'camera' })
  await sees(ben, 'ann')
  expect((await cid.look({ at: 'ann', source: 'camera' })).frames).toBe(0)
  await ann.permit({ identities: ['cid'] })
  await sees(cid, 'ann')
  // Whether the tile goes or only stops is the client's to show; no new frame arrives.
  await standsStill(ben, 'ann')
})

test('a token that is forged, expired, for another room or without the right to join is refused @fast', async ({ call }) => {
  const forged = await call.token('ann', { secret: 'another-secret-of-enough-length-01234' })
  const expired = await call.token('ann', { seconds: -60 })
  const mayNotJoin = await call.token('ann', { grants: { roomJoin: false } })
  const nowhere = await call.token('ann', { grants: { room: '' } })
  for (const token of [forged, expired, mayNotJoin, nowhere, 'no-token-at-all']) {
    await expect(call.enter('ann', { token }), token).rejects.toThrow()
  }
  const people = await call.steward.people({ room: call.room })
  expect('done' in people ? people.done : []).toEqual([])
})

test('the same identity again replaces the one before', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  const again = await call.enter('ann')
  await told(ann, 'why it ended', ({ ended }) => ended === 'DUPLICATE_IDENTITY')
  await again.publish({ source: 'camera' })
  await sees(ben, 'ann')
})
