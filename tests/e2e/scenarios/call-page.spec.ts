// What stands where on the page of a call: nothing lies over what one must read or press.
import { expect, test } from '@playwright/test'
import { overlap } from '../support/boxes.ts'
import { beginsByVideo, comesByVideo, control, isInCall, switchesOn, tile } from '../support/call.ts'
import { arrivesSignedInWithFace, facesLeave, pictureOf, sees, withFace } from '../support/faces.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

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

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

async function pictures(person: Person, name: string, look: (where: string) => Promise<void> = async () => undefined): Promise<void> {
  for (const [where, size] of Object.entries(SIZES)) {
    await person.page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await person.page.emulateMedia({ colorScheme })
      await person.picture(`${name}-${where}-${colorScheme}`)
    }
    await look(where)
  }
  await person.page.setViewportSize(SIZES.desktop)
}

test('a notice of the call and the card of a handoff stand one beneath the other', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  await sam.says('Can you sponsor my startup?')
  await sam.reads(/asking Dana Weber/)
  await control(sam, 'Hide the chat').click()
  const card = sam.page.getByRole('region', { name: 'Your question to a person' })
  await expect(card).toBeVisible()
  // A second tab of the same person asks before it takes the video over.
  const other = await Person.opens(sam)
  await other.page.goto(sam.page.url())
  await expect(other.page.getByText(/^You are on video in another tab/)).toBeVisible()
  await isInCall(sam)
  await other.presses('Watch')
  await isInCall(other)
  const here = sam.page.getByRole('button', { name: 'Use video here' })
  await expect(here).toBeVisible()
  await pictures(sam, 'call-notices', async () => {
    expect(await overlap(here, card)).toBe(false)
    for (const name of [/^Show the chat/, 'Leave the video']) expect(await overlap(control(sam, name), card)).toBe(false)
  })
  await here.click()
  await isInCall(sam)
})

test('the card of a question stands over nobody’s menu, and a notice over nobody’s name at the foot', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  await sam.says('Can you sponsor my startup?')
  await sam.reads(/asking Dana Weber/)
  const dana = await arrivesSignedInWithFace(null, 'dana', server.url)
  await talk.letsIn(dana)
  await isInCall(dana)
  await control(sam, 'Hide the chat').click()
  const card = sam.page.getByRole('region', { name: 'Your question to a person' })
  const others = sam.page.getByRole('list', { name: 'Others in the call' })
  for (const size of Object.values(SIZES)) {
    await sam.page.setViewportSize(size)
    await expect(card).toBeVisible()
    expect(await overlap(card, others)).toBe(false)
  }
  await sam.page.setViewportSize(SIZES.desktop)
  await control(sam, 'Grid layout').click()
  await tile(sam, 'Dana Weber').hover()
  await sam.page.getByRole('button', { name: 'More about Dana Weber' }).click()
  await expect(sam.page.getByRole('menu')).toBeVisible()
  await sam.page.keyboard.press('Escape')
  await control(sam, 'Speaker layout').click()
  await card.getByRole('button', { name: 'Cancel request' }).click()
  const notice = sam.page.getByRole('list', { name: 'Notices' }).getByRole('listitem')
  await expect(notice).toHaveText('Request cancelled')
  const pictures = sam.page.getByRole('article')
  for (const picture of await pictures.all()) expect(await overlap(notice, picture)).toBe(false)
  // Nor on a phone.
  await sam.page.setViewportSize(SIZES.phone)
  await tile(sam, 'Dana Weber').getByRole('button', { name: 'More about Dana Weber' }).click()
  await sam.page.getByRole('menuitem', { name: 'Ask to turn the camera on' }).click()
  await expect(notice.last()).toHaveText('Dana Weber was asked')
  await sam.picture('call-toast-phone')
  for (const picture of await pictures.all()) expect(await overlap(notice.last(), picture)).toBe(false)
})

test('the header says how this page shows the call, and brings back the chat that was hidden', async () => {
  const talk = await beginsByVideo(server.url, persona, null)
  const { visitor: sam } = talk
  const mode = (name: string) => sam.page.getByRole('group', { name: 'How to talk' }).getByRole('button', { name, exact: true })
  const isShown = (name: string) => expect(mode(name)).toHaveAttribute('aria-pressed', 'true')
  await isShown('Video + Text')
  await control(sam, 'Hide the chat').click()
  await isShown('Video')
  await mode('Video + Text').click()
  await isShown('Video + Text')
  await expect(sam.log).toBeVisible()
  // The others were not concerned.
  expect((await talk.events()).filter(({ event }) => event.type === 'mode_chosen')).toHaveLength(1)
})

test('who begins a call, or shows its chat, reads the newest message', async () => {
  const talk = await Talk.begins(await withFace('red'), server.url, persona, 'Hello there.')
  const { visitor: sam } = talk
  for (let nth = 1; nth <= 12; nth += 1) {
    await talk.visitorWrites(`${nth}: I would like to know how I get from the airport to the venue with a large suitcase and two small children.`)
  }
  await sam.reads(/^12: I would like/)
  const newest = () =>
    sam.page
      .getByRole('region', { name: 'Conversation', exact: true })
      .evaluate((page) => Math.round(page.scrollHeight - page.scrollTop - page.clientHeight))
  await expect.poll(newest).toBeLessThan(3)
  for (const [where, size] of Object.entries(SIZES)) {
    await sam.page.setViewportSize(size)
    await sam.page.getByRole('button', { name: 'Video + Text' }).click()
    await sam.page.getByRole('button', { name: 'Join', exact: true }).click()
    await isInCall(sam)
    await expect.poll(newest, { message: where }).toBeLessThan(3)
    await sam.picture(`call-chat-bottom-${where}`)
    await control(sam, 'Hide the chat').click()
    await control(sam, /^Show the chat/).click()
    await expect.poll(newest, { message: `${where}, shown again` }).toBeLessThan(3)
    await sam.page.getByRole('button', { name: 'Chat', exact: true }).click()
    await expect(sam.page.locator('section[data-media]')).toHaveCount(0)
  }
})

test('nobody’s picture covers a shared screen, and whose turn it is to share is said', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk, 'Camera')
  await control(tom, 'Share your screen').click()
  const screen = sam.page.locator('article').filter({ has: pictureOf(sam, 'Tom Okafor’s screen') })
  await expect(screen).toBeVisible({ timeout: 20_000 })
  await expect(control(sam, 'Share your screen')).toBeDisabled()
  await expect(control(sam, 'Share your screen')).toHaveAttribute('title', 'Tom Okafor shares a screen; one at a time')
  const others = sam.page.getByRole('list', { name: 'Others in the call' })
  await pictures(sam, 'call-screen-strip', async (where) => {
    expect(await overlap(screen, others), where).toBe(false)
    const picture = pictureOf(sam, 'Tom Okafor’s screen')
    expect(await overlap(picture, screen.getByText('Tom Okafor’s screen')), where).toBe(false)
    await screen.hover()
    expect(await overlap(picture, screen.getByRole('button', { name: 'More about Tom Okafor’s screen' })), where).toBe(false)
  })
  await control(tom, 'Stop sharing your screen').click()
  await expect(control(sam, 'Share your screen')).toBeEnabled()
})

test('a small picture of one whose connection is lost stays readable', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk, 'Camera')
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  await tom.context.setOffline(true)
  await tom.context.close()
  const small = sam.page.getByRole('article', { name: /^Tom Okafor.*connection lost$/ })
  await expect(small).toBeVisible()
  await pictures(sam, 'call-dropped')
  await sam.page.setViewportSize(SIZES.phone)
  await expect(small.getByText('Connection lost, place held')).toBeHidden()
})

test('the check before a call takes the place of the dialog that it is opened from', async () => {
  const { visitor: sam } = await Talk.begins(await withFace('red'), server.url, persona, 'Hello there.')
  await sam.page.getByRole('button', { name: 'Video', exact: true }).click()
  await switchesOn(sam, 'Camera')
  await sam.page.getByRole('button', { name: 'Check devices and connection' }).click()
  const seen = sam.page.locator('[role=dialog]').filter({ visible: true })
  await expect(seen).toHaveCount(1)
  await expect(seen).toHaveAccessibleName('Check devices and connection')
  await pictures(sam, 'call-check-alone')
  await sam.page.keyboard.press('Escape')
  await expect(seen).toHaveCount(1)
  await expect(seen).toHaveAccessibleName('Join by video')
  await expect(sam.page.getByRole('button', { name: 'Camera on' })).toBeVisible()
  await expect(sam.page.getByRole('button', { name: 'Check devices and connection' })).toBeFocused()
})

test('a camera that was only tried, or that another stopped, is off the next time', async () => {
  const browser = await withFace('red')
  const talk = await Talk.begins(browser, server.url, persona, 'Hello there.')
  const { visitor: sam } = talk
  await sam.context.grantPermissions(['camera', 'microphone'])
  const steps = sam.page.getByRole('region', { name: 'Camera and microphone' })
  const opens = () => sam.page.getByRole('button', { name: 'Video + Text' }).click()
  await opens()
  await switchesOn(sam, 'Camera', 'Microphone')
  await sam.page.getByRole('button', { name: 'Not now' }).click()
  await opens()
  await expect(steps.getByRole('button', { name: 'Camera off' })).toBeVisible()
  await expect(steps.getByRole('button', { name: 'Microphone off' })).toBeVisible()

  await switchesOn(sam, 'Camera', 'Microphone')
  await sam.page.getByRole('button', { name: 'Join', exact: true }).click()
  await isInCall(sam)
  const dana = await arrivesSignedInWithFace(null, 'dana', server.url)
  await talk.letsIn(dana)
  await isInCall(dana)
  await expect(tile(sam, 'Dana Weber')).toBeVisible()
  const samsId = (await talk.view()).participants.find(({ name }: { name: string }) => name === 'Sam').id
  const stopped = await dana.asks('POST', `/conversations/${talk.id}/commands`, {
    command: { do: 'mute_participant', participant_id: samsId, source: 'camera' },
  })
  expect(stopped.status, JSON.stringify(stopped.body)).toBe(200)
  await expect(sam.page.getByText('Dana Weber stopped your camera')).toBeVisible()
  await control(sam, 'Leave the video').click()
  await sam.page.getByRole('button', { name: 'Join by video' }).click()
  await expect(steps.getByRole('button', { name: 'Microphone on' })).toBeVisible()
  await expect(steps.getByRole('button', { name: 'Camera off' })).toBeVisible()
})
