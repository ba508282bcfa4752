// People meet: who is there, who is seen and heard, who is not.
import { expect, hears, hearsNothing, sees, standsStill, test, told } from '../support/call.ts'

test('two who enter are told of each other, by name @fast', async ({ call }) => {
  const ann = await call.enter('ann', { name: 'Ann Example' })
  const ben = await call.enter('ben', { counterpart: true, name: 'Ben Example' })
  await told(ann, 'Ben is there', ({ others }) => others.ben?.name === 'Ben Example')
  await told(ben, 'Ann is there', ({ others }) => others.ann?.name === 'Ann Example')
})

test('two with camera and microphone see and hear each other @fast', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  for (const peer of [ann, ben]) {
    await peer.publish({ source: 'camera' })
    await peer.publish({ source: 'microphone' })
  }
  await Promise.all([sees(ann, 'ben'), sees(ben, 'ann')])
  await Promise.all([hears(ann, 'ben'), hears(ben, 'ann')])
})

test('who comes late sees and hears what was published before', async ({ call }) => {
  const ben = await call.enter('ben', { counterpart: true })
  await ben.publish({ source: 'camera' })
  await ben.publish({ source: 'microphone' })
  const ann = await call.enter('ann')
  await sees(ann, 'ben')
  await hears(ann, 'ben')
  await ann.publish({ source: 'camera' })
  await sees(ben, 'ann')
})

test('three see and hear one another, nobody in the wrong tile', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  const cid = await call.enter('cid', { counterpart: true })
  const all = [ann, ben, cid]
  await Promise.all(all.flatMap((peer) => [peer.publish({ source: 'camera' }), peer.publish({ source: 'microphone' })]))
  for (const peer of all) {
    for (const other of all) {
      if (other === peer) continue
      await sees(peer, other.identity)
      await hears(peer, other.identity)
    }
  }
})

test('who mutes the microphone is shown muted and falls silent, and back @fast', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await ann.publish({ source: 'microphone' })
  await hears(ben, 'ann')
  await ann.mute({ source: 'microphone', muted: true })
  await told(ben, 'Ann is muted', ({ others }) => others.ann?.tracks.microphone?.muted === true)
  await hearsNothing(ben, 'ann')
  await ann.mute({ source: 'microphone', muted: false })
  await told(ben, 'Ann is not muted', ({ others }) => others.ann?.tracks.microphone?.muted === false)
  await hears(ben, 'ann')
})

test('who is muted by the other side hears of it, as the one who watches', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await ben.publish({ source: 'camera' })
  await sees(ann, 'ben')
  await ben.mute({ source: 'camera', muted: true })
  await told(ann, "Ben's camera is off", ({ others }) => others.ben?.tracks.camera?.muted === true)
  await standsStill(ann, 'ben')
  await ben.mute({ source: 'camera', muted: false })
  await sees(ann, 'ben')
})

test('a track that is unpublished is gone for the others, and can come again @fast', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await ann.publish({ source: 'camera' })
  await sees(ben, 'ann')
  await ann.unpublish({ source: 'camera' })
  await told(ben, "Ann's camera is gone", ({ others }) => others.ann !== undefined && others.ann.tracks.camera === undefined)
  await ann.publish({ source: 'camera' })
  await sees(ben, 'ann')
})

test('a screen is shared beside the camera, each in its own tile', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await ann.publish({ source: 'camera' })
  await ann.publish({ source: 'screen_share' })
  await ben.publish({ source: 'screen_share' })
  await sees(ben, 'ann', 'camera')
  await sees(ben, 'ann', 'screen_share')
  await sees(ann, 'ben', 'screen_share')
})

test('who leaves is gone for the others at once', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  await ann.leave({})
  await told(ben, 'Ann is gone', ({ others }) => others.ann === undefined, 3000)
  await ben.leave({})
  expect((await ben.observe({})).state).toBe('disconnected')
})

test('who speaks is announced, and who is silent is not', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  const cid = await call.enter('cid', { counterpart: true })
  for (const peer of [ann, ben]) await peer.publish({ source: 'microphone' })
  await ben.mute({ source: 'microphone', muted: true })
  const only = (who: string) => (speakers: string[]) => speakers.length === 1 && speakers[0] === who
  await told(cid, 'only Ann speaks', ({ speakers }) => only('ann')(speakers))
  await ann.mute({ source: 'microphone', muted: true })
  await ben.mute({ source: 'microphone', muted: false })
  for (const peer of [ann, cid]) await told(peer, 'only Ben speaks', ({ speakers }) => only('ben')(speakers))
})

test('each is told how good the connections are', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await ann.publish({ source: 'camera' })
  await ben.publish({ source: 'microphone' })
  const graded = ['excellent', 'good', 'poor']
  await told(ann, 'a grade for both', ({ me, others }) => graded.includes(me.quality) && graded.includes(others.ben?.quality ?? ''), 30_000)
  await told(ben, 'a grade for both', ({ me, others }) => graded.includes(me.quality) && graded.includes(others.ann?.quality ?? ''), 30_000)
})
