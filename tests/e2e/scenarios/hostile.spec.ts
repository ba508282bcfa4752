// Every rule of the call broken on purpose by a client that is not ours, with the tokens that the product gives out: each is refused,
// and the other people's pages show nothing of it.
import { expect, test } from '@playwright/test'
import { beginsByVideo, choosesAbout, control, isInCall, tile } from '../support/call.ts'
import { arrivesSignedInWithFace, type Colour, doesNotSee, facesLeave, pictureOf, sees, withFace } from '../support/faces.ts'
import { asksForToken, asksRoomService, embellished, forged, HostileClient, type Token } from '../support/hostile.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { makesPersona } from '../support/persona.ts'
import { TrialogueServer } from '../support/server.ts'
import type { Talk } from '../support/talk.ts'

/** What a client sends without having said so is found by the next sweep, every 5 s; twice that on a busy machine. */
const BY_THE_SWEEP = { timeout: 15_000 }

/** A change of a setting reaches everybody within a second of its answer. */
const AT_ONCE = { timeout: 1_000, intervals: [50] }

/** What LiveKit's client says when the server does not take a track: it was asked, and gave none of its own checks. */
const NOT_TAKEN = /no response from server/

let server: TrialogueServer
let persona: string

test.beforeAll(async () => {
  server = await TrialogueServer.start()
  persona = await demoPersona(server.url)
})

test.afterEach(async () => {
  await everybodyLeaves()
  await facesLeave()
})

test.afterAll(() => server?.stop())

/** Somebody with a place inside and no page of ours: all that they do there is done by a client of their own. */
async function inside(talk: Talk, name: string, colour: Colour): Promise<{ person: Person; client: HostileClient; token: Token }> {
  const person = await arrivesSignedInWithFace(colour, name, server.url)
  const { request_id } = await person.posts(`/conversations/${talk.id}/knocks`, {})
  await talk.admits(request_id)
  await person.posts(`/conversations/${talk.id}/knocks/${request_id}/join`, {})
  const client = await HostileClient.of(person)
  return { person, client, token: await tokenOf(person, talk) }
}

async function tomInside(talk: Talk): Promise<{ tom: Person; client: HostileClient; token: Token }> {
  const { person: tom, ...rest } = await inside(talk, 'tom', 'blue')
  return { tom, ...rest }
}

async function tokenOf(person: Person, talk: Talk): Promise<Token> {
  const { status, body } = await asksForToken(person, talk.id)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

/** The id of somebody inside, as the visitor knows them. */
async function idOf(talk: Talk, name: string): Promise<number> {
  const { participants } = await talk.view()
  return participants.findLast((one: { name: string }) => one.name === name).id
}

const commands = (person: Person, talk: Talk, command: unknown) => person.asks('POST', `/conversations/${talk.id}/commands`, { command })

/** Nobody but Sam, and nothing but Sam's own picture. */
async function seesNobodyElse(sam: Person): Promise<void> {
  await expect(sam.page.locator('article[data-participant]')).toHaveCount(1)
  await expect(sam.page.locator('video')).toHaveCount(1)
}

test('a monitor who publishes is not let, and is neither seen nor counted by anybody', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await tom.posts(`/conversations/${talk.id}/watch`, {})
  const client = await HostileClient.of(tom)
  expect(await client.joins(await tokenOf(tom, talk))).toBeNull()
  const samsId = await idOf(talk, 'Sam')
  await expect.poll(() => client.framesOf(samsId), { timeout: 30_000 }).toBeGreaterThan(5)
  for (const source of ['camera', 'microphone', 'screen_share'] as const) {
    expect(await client.publishes(source), source).toMatch(NOT_TAKEN)
  }
  const said = await commands(tom, talk, { do: 'set_media', camera: true, microphone: true, screen: false })
  expect([said.status, said.body.code]).toEqual([403, 'not_allowed'])
  await seesNobodyElse(sam)
  expect(JSON.stringify([await talk.events(), await talk.view()])).not.toContain('Tom Okafor')
})

test('whoever is removed sees nothing more, and no old token lets them in again', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  const { tom, client, token } = await tomInside(talk)
  expect(await client.joins(token)).toBeNull()
  await commands(tom, talk, { do: 'set_media', camera: true, microphone: false, screen: false })
  expect(await client.publishes('camera')).toBeNull()
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  const samsId = await idOf(talk, 'Sam')
  await expect.poll(() => client.framesOf(samsId), { timeout: 30_000 }).toBeGreaterThan(5)

  await choosesAbout(sam, 'Tom Okafor', 'Remove')
  await sam.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await doesNotSee(sam, 'Tom Okafor’s camera', 2_000)
  await expect.poll(() => client.goneFor()).toBe('PARTICIPANT_REMOVED')
  const seen = await client.framesOf(samsId)
  await client.subscribes()
  expect(await client.joins(token), 'the old token').not.toBeNull()
  expect(await client.joins({ ...token, token: embellished(token.token) })).not.toBeNull()
  expect((await asksForToken(tom, talk.id)).status).toBe(403)
  expect(await client.publishes('camera')).not.toBeNull()
  expect(await client.framesOf(samsId)).toBeLessThanOrEqual(seen)
  await seesNobodyElse(sam)
})

test('nobody unmutes another: not by the call, not by the room service, not by the conversation', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  const { tom, client, token } = await tomInside(talk)
  expect(await client.joins(token)).toBeNull()
  const samsId = await idOf(talk, 'Sam')
  await control(sam, 'Mute microphone').click()
  await control(sam, 'Turn camera off').click()
  const priya = await Person.arrivesSignedIn(await withFace(null), 'priya', server.url)
  await talk.letsIn(priya)
  await isInCall(priya)
  await expect(tile(priya, 'Sam')).toHaveAccessibleName(/camera off, microphone off/)
  const before = await client.framesOf(samsId)

  await client.claimsToUnmute(samsId)
  for (const bearer of [token.token, embellished(token.token), forged(talk.id)]) {
    const unmute = { room: talk.id, identity: String(samsId), track_sid: 'TR_x', muted: false }
    expect([401, 403]).toContain(await asksRoomService(server.url, bearer, 'MutePublishedTrack', unmute))
  }
  const asked = await commands(tom, talk, { do: 'ask_to_turn_on', participant_id: samsId, source: 'microphone' })
  expect([asked.status, asked.body.code]).toEqual([403, 'not_allowed'])
  // Something that comes later has come: what was refused is not on its way.
  await talk.visitorWrites('Everything is off here.')
  await priya.reads('Everything is off here.')
  await expect(tile(priya, 'Sam')).toHaveAccessibleName(/camera off, microphone off/)
  await expect(control(sam, 'Unmute microphone')).toBeVisible()
  await expect(control(sam, 'Turn camera on')).toBeVisible()
  expect(await client.framesOf(samsId)).toBe(before)
})

test('the room service takes no key but the server’s own', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  const { token } = await tomInside(talk)
  const samsId = String(await idOf(talk, 'Sam'))
  const own = { room: talk.id, identity: samsId }
  const requests: [string, unknown][] = [
    ['ListRooms', {}],
    ['ListParticipants', { room: talk.id }],
    ['GetParticipant', own],
    ['RemoveParticipant', own],
    ['UpdateParticipant', { ...own, permission: { can_publish: false, can_subscribe: false } }],
    ['UpdateSubscriptions', { ...own, track_sids: [], subscribe: false }],
    ['SendData', { room: talk.id, data: 'aGVsbG8=', kind: 'RELIABLE' }],
    ['CreateRoom', { name: 'mine' }],
    ['DeleteRoom', { room: talk.id }],
  ]
  for (const bearer of [forged(talk.id), token.token, embellished(token.token), '']) {
    for (const [method, body] of requests) {
      expect([401, 403], method).toContain(await asksRoomService(server.url, bearer, method, body))
    }
  }
  await sees(sam, 'Your camera', 'red')
  await isInCall(sam)
})

test('nothing is sent or seen while video is disabled', async () => {
  const dana = await Person.arrivesSignedIn(await withFace(null), 'dana', server.url)
  const ada = await makesPersona(dana, 'Ada')
  const talk = await beginsByVideo(server.url, ada, 'red')
  const { visitor: sam } = talk
  const { tom, client, token } = await tomInside(talk)
  expect(await client.joins(token)).toBeNull()
  const samsId = await idOf(talk, 'Sam')
  await commands(tom, talk, { do: 'set_media', camera: true, microphone: false, screen: false })
  expect(await client.publishes('camera')).toBeNull()
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  await expect.poll(() => client.framesOf(samsId), { timeout: 30_000 }).toBeGreaterThan(5)
  expect((await dana.asks('PATCH', `/personas/${ada}`, { disable_video: true })).status).toBe(200)
  await expect.poll(() => client.goneFor(), AT_ONCE).not.toBeNull()
  const seen = await client.framesOf(samsId)
  expect(await client.publishes('camera'), 'after it was sent away').not.toBeNull()
  const again = await HostileClient.of(tom)
  expect(await again.joins(token), 'the token from before').not.toBeNull()
  const said = await commands(tom, talk, { do: 'set_media', camera: true, microphone: false, screen: false })
  expect([said.status, said.body.code]).toEqual([403, 'video_disabled'])
  expect((await asksForToken(tom, talk.id)).body.code).toBe('video_disabled')
  await expect(sam.page.locator('video')).toHaveCount(0)
  expect(await client.framesOf(samsId)).toBeLessThanOrEqual(seen)
})

test('a second screen is not shared', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  await control(sam, 'Share your screen').click()
  await expect(control(sam, 'Stop sharing your screen')).toBeVisible()
  const { tom, client, token } = await tomInside(talk)
  expect(await client.joins(token)).toBeNull()
  const said = await commands(tom, talk, { do: 'set_media', camera: false, microphone: false, screen: true })
  expect([said.status, said.body.code]).toEqual([409, 'screen_taken'])
  expect(await client.publishes('screen_share')).toMatch(NOT_TAKEN)
  await expect(sam.page.locator('article[data-screen-of]')).toHaveCount(1)
  await expect(pictureOf(sam, 'Tom Okafor’s screen')).toHaveCount(0)
})

test('what is sent in a chat, without a word, is silenced, and nobody sees it', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  // Another who stays in the media room, and sees what is to be seen there.
  const priya = await inside(talk, 'priya', 'yellow')
  expect(await priya.client.joins(priya.token)).toBeNull()
  const samsId = await idOf(talk, 'Sam')
  await expect.poll(() => priya.client.framesOf(samsId), { timeout: 30_000 }).toBeGreaterThan(5)
  await sam.page.getByRole('button', { name: 'Chat', exact: true }).click()
  await expect(sam.page.locator('section[data-media]')).toHaveCount(0)

  const { client, token } = await tomInside(talk)
  expect(await client.joins(token)).toBeNull()
  for (const source of ['camera', 'microphone'] as const) expect(await client.publishes(source), source).toBeNull()
  for (const source of ['camera', 'microphone'] as const) {
    await expect.poll(() => client.isMuted(source), { message: source, ...BY_THE_SWEEP }).toBe(true)
  }
  const tomsId = await idOf(talk, 'Tom Okafor')
  expect(await priya.client.knows()).toContain(String(tomsId))
  // What was on its way when it was silenced has come once two looks find the same.
  let seen = -1
  await expect.poll(async () => seen === (seen = await priya.client.framesOf(tomsId)), { intervals: [500] }).toBe(true)
  await talk.visitorWrites('Is anybody on video?')
  await sam.reads('Is anybody on video?')
  expect(await priya.client.framesOf(tomsId)).toBe(seen)
  expect(await priya.client.goneFor()).toBeNull()
  await expect(sam.page.locator('video')).toHaveCount(0)
  expect((await talk.view()).mode).toBe('chat')
})
