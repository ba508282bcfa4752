// Data between participants: packets, streams, calls, and what people say about themselves.
import { randomBytes } from 'node:crypto'
import { expect, test, told } from '../support/call.ts'

for (const reliable of [true, false]) {
  const kind = reliable ? 'reliable' : 'lossy'
  test(`a ${kind} data packet arrives with its topic and its true sender, both ways${reliable ? ' @fast' : ''}`, async ({ call }) => {
    const ann = await call.enter('ann')
    const ben = await call.enter('ben', { counterpart: true })
    await told(ann, 'Ben is there', ({ others }) => others.ben !== undefined)
    await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
    await ann.send({ text: 'from Ann', topic: 'tea', reliable })
    await told(ben, 'the packet', ({ data }) => data.some((d) => d.from === 'ann' && d.topic === 'tea' && d.text === 'from Ann'))
    await ben.send({ text: 'from Ben', topic: 'cake', reliable })
    await told(ann, 'the packet', ({ data }) => data.some((d) => d.from === 'ben' && d.topic === 'cake' && d.text === 'from Ben'))
  })
}

test('a data packet for one reaches nobody else', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  const cid = await call.enter('cid', { counterpart: true })
  for (const peer of [ben, cid]) await told(peer, 'Ann is there', ({ others }) => others.ann !== undefined)
  await told(ann, 'both are there', ({ others }) => others.ben !== undefined && others.cid !== undefined)
  await ann.send({ text: 'for Ben', topic: 'secret', reliable: true, to: ['ben'] })
  await ann.send({ text: 'for all', topic: 'open', reliable: true })
  // Packets of one channel keep their order: once the second is there, the first would have been.
  await told(cid, 'the second packet', ({ data }) => data.some((d) => d.topic === 'open'))
  await told(ben, 'both packets', ({ data }) => data.length === 2)
  expect((await cid.observe({})).data.map((d) => d.topic)).toEqual(['open'])
})

test('three hundred reliable packets arrive complete and in order', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await told(ann, 'Ben is there', ({ others }) => others.ben !== undefined)
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  for (let i = 0; i < 300; i++) await ann.send({ text: String(i), topic: 'count', reliable: true })
  const { data } = await told(ben, 'all packets', (seen) => seen.data.length >= 300)
  expect(data.map((d) => d.text)).toEqual(Array.from({ length: 300 }, (_, i) => String(i)))
})

test('who may not publish data sends none', async ({ call }) => {
  const ann = await call.enter('ann', { grants: { canPublishData: false } })
  const ben = await call.enter('ben', { counterpart: true })
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  // The client may refuse by itself or send to a server that drops it: both are right.
  await ann.send({ text: 'from Ann', topic: 'tea', reliable: true }).catch(() => {})
  await ben.send({ text: 'from Ben', topic: 'tea', reliable: true })
  await told(ann, "Ben's packet", ({ data }) => data.length === 1)
  expect((await ben.observe({})).data).toEqual([])
})

test('a text stream of 40,000 characters arrives whole, both ways', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await told(ann, 'Ben is there', ({ others }) => others.ben !== undefined)
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  // Random, so that compression does not make it one packet.
  const long = randomBytes(20_000).toString('hex')
  await ann.sendText({ text: long, topic: 'notes' })
  await told(ben, 'the text', ({ texts }) => texts.some((t) => t.from === 'ann' && t.text === long))
  await ben.sendText({ text: long, topic: 'notes' })
  await told(ann, 'the text', ({ texts }) => texts.some((t) => t.from === 'ben' && t.text === long))
})

test('a file arrives whole, both ways', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await told(ann, 'Ben is there', ({ others }) => others.ben !== undefined)
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  const content = randomBytes(50_000).toString('hex')
  await ann.sendFile({ text: content, topic: 'files' })
  await told(ben, 'the file', ({ files }) => files.some((f) => f.from === 'ann' && f.text === content))
  await ben.sendFile({ text: content, topic: 'files' })
  await told(ann, 'the file', ({ files }) => files.some((f) => f.from === 'ben' && f.text === content))
})

test('a remote procedure is called and answers, both ways, and an unknown one is an error', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await told(ann, 'Ben is there', ({ others }) => others.ben !== undefined)
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  expect(await ann.call({ to: 'ben', method: 'add', payload: '[2,3,4]' })).toEqual({ answer: '9' })
  expect(await ben.call({ to: 'ann', method: 'add', payload: '[1,2]' })).toEqual({ answer: '3' })
  expect((await ann.call({ to: 'ben', method: 'subtract', payload: '[]' })).error).toMatch(/not supported/i)
})

test('name, metadata and attributes change for everybody when one changes them', async ({ call }) => {
  const ann = await call.enter('ann')
  const ben = await call.enter('ben', { counterpart: true })
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  await ann.rename({ name: 'Ann II', metadata: 'prefers tea', attributes: { hand: 'raised' } })
  const changed = { name: 'Ann II', metadata: 'prefers tea', attributes: { hand: 'raised' } }
  await told(ben, 'the changes', ({ others }) => JSON.stringify(pick(others.ann)) === JSON.stringify(changed))
  await told(ann, 'its own changes', ({ me }) => JSON.stringify(pick(me)) === JSON.stringify(changed))
})

test('who may not change their own metadata does not', async ({ call }) => {
  const ann = await call.enter('ann', { grants: { canUpdateOwnMetadata: false } })
  const ben = await call.enter('ben', { counterpart: true })
  await told(ben, 'Ann is there', ({ others }) => others.ann !== undefined)
  await ann.rename({ name: 'Somebody else' }).catch(() => {})
  await ann.send({ text: 'after', topic: 'order', reliable: true })
  const { others } = await told(ben, 'the packet sent after', ({ data }) => data.length === 1)
  expect(others.ann?.name).toBe('ann')
})

function pick(person?: { name: string; metadata: string; attributes: Record<string, string> }) {
  return { name: person?.name, metadata: person?.metadata, attributes: person?.attributes }
}
