// Face to face: the same conversation with cameras. Everybody has a browser of their own, whose camera sees one colour.
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { beginsByVideo, choosesAbout, comesByVideo, control, isInCall, switchesOn, tile } from '../support/call.ts'
import { arrivesSignedInWithFace, arrivesWithFace, type Colour, doesNotSee, facesLeave, pictureOf, sees, withFace } from '../support/faces.ts'
import { linkIn, MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { makesPersona } from '../support/persona.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

/** A change of a setting reaches every open page within a second of its answer. */
const AT_ONCE = { timeout: 1_000 }

const mail = new MailServer()
let server: TrialogueServer
let persona: string

test.beforeAll(async () => {
  server = await TrialogueServer.start({ smtpPort: await mail.start() })
  persona = await demoPersona(server.url)
})

test.afterEach(async () => {
  await everybodyLeaves()
  await facesLeave()
})

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

/** A visitor in Video + Text, with camera and microphone. */
const visitorByVideo = (colour: Colour | null = 'red', talksTo = persona) => beginsByVideo(server.url, talksTo, colour)

test('camera and microphone are off until chosen; the choice is previewed, and remembered for the next time', async () => {
  const sam = await arrivesWithFace('red', 'visitor', server.url)
  await sam.page.addInitScript(() => {
    const media = navigator.mediaDevices
    const real = media.getUserMedia.bind(media)
    media.getUserMedia = (wish) => {
      Object.assign(window, { opened: [...((window as { opened?: string[] }).opened ?? []), Object.keys(wish ?? {}).join()] })
      return real(wish)
    }
  })
  const opened = () => sam.page.evaluate(() => (window as { opened?: string[] }).opened ?? [])
  await sam.page.goto(`${server.url}/p/${persona}`)
  await sam.page.getByRole('button', { name: 'Video', exact: true }).click()
  const step = sam.page.getByRole('region', { name: 'Camera and microphone' })
  await expect(step.getByText('Your camera is off')).toBeVisible()
  await expect(step.getByRole('button', { name: 'Microphone off' })).toBeVisible()
  expect(await opened()).toEqual([])
  await switchesOn(sam, 'Camera', 'Microphone')
  await sees(sam, 'Your camera, as only you see it', 'red')
  // The meter moves with the voice.
  const level = () => step.getByTestId('level').locator('span').evaluate((bar) => Number(getComputedStyle(bar).getPropertyValue('--level')))
  await expect.poll(level).toBeGreaterThan(0.3)
  await expect(step.getByRole('combobox', { name: 'Camera' })).toBeVisible()
  await sam.picture('call-devices')
  await sam.page.getByRole('button', { name: 'Join', exact: true }).click()
  await isInCall(sam)

  // The browser is known to allow it: then what was on is on again, for oneself to see.
  await sam.context.grantPermissions(['camera', 'microphone'])
  const again = await Person.opens(sam)
  await again.page.goto(`${server.url}/p/${persona}`)
  await again.page.evaluate((key) => localStorage.removeItem(key), `trialogue.visitor.${persona}`)
  await again.page.reload()
  await again.page.getByRole('button', { name: 'Video', exact: true }).click()
  await expect(again.page.getByRole('button', { name: 'Camera on' })).toBeVisible()
})

test('a visitor and a colleague see each other, with names, roles and marks, in speaker and grid layout', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk, 'Camera')
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  await sees(tom, 'Sam’s camera', 'red')
  await sees(sam, 'Your camera', 'red')
  await expect(tile(sam, 'Tom Okafor')).toHaveAccessibleName('Tom Okafor, Colleague, camera on, microphone off')
  await expect(tile(tom, 'Sam')).toHaveAccessibleName('Sam, Visitor, camera on, microphone on')
  // Who speaks is seen to speak.
  await expect(tom.page.locator('article[data-speaking]').filter({ hasText: 'Sam' })).toBeVisible({ timeout: 20_000 })
  await sam.picture('call-speaker')
  await sam.page.keyboard.press('l')
  await expect(sam.page.getByRole('list', { name: 'Everybody in the call' }).getByRole('article')).toHaveCount(3)
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  await sam.picture('call-grid')
  await sam.page.emulateMedia({ colorScheme: 'dark' })
  await sam.picture('call-grid-dark')
})

test('the persona’s tile is large and shows its words', async () => {
  const { visitor: sam } = await visitorByVideo()
  await sam.page.getByRole('button', { name: 'Video', exact: true }).click()
  await expect(sam.page.getByRole('textbox', { name: 'Message' })).toHaveCount(0)
  await control(sam, 'Show the chat').click()
  await sam.says('How do I get from the airport to the venue?')
  await sam.reads('the light rail takes 45 minutes')
  await control(sam, 'Hide the chat').click()
  const large = sam.page.locator('article[data-persona-state]')
  await expect(large.getByText('the light rail takes 45 minutes')).toBeVisible()
  const [share, all] = await Promise.all([large.boundingBox(), sam.page.getByRole('region', { name: 'Video' }).boundingBox()])
  expect((share?.width ?? 0) / (all?.width ?? 1)).toBeGreaterThan(0.9)
  await sam.picture('call-persona')
})

test('a host stops another’s camera and microphone at once, and can only ask for them to be switched on', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk, 'Camera', 'Microphone')
  await sees(sam, 'Tom Okafor’s camera', 'blue')

  await choosesAbout(sam, 'Tom Okafor', 'Stop camera')
  await doesNotSee(sam, 'Tom Okafor’s camera', 2_000)
  await expect(tom.page.getByText('Sam stopped your camera')).toBeVisible()
  await expect(control(tom, 'Turn camera on')).toBeVisible()
  await choosesAbout(sam, 'Tom Okafor', 'Mute')
  await expect(tile(sam, 'Tom Okafor')).toHaveAccessibleName(/microphone off/, { timeout: 2_000 })
  await expect(control(tom, 'Unmute microphone')).toBeVisible()

  await choosesAbout(sam, 'Tom Okafor', 'Ask to turn the camera on')
  const asked = tom.page.getByRole('region', { name: 'A request to you' })
  await expect(asked.getByText(/^Sam asks you to/)).toBeVisible()
  await doesNotSee(sam, 'Tom Okafor’s camera')
  await tom.picture('call-asked')
  await asked.getByRole('button', { name: 'Turn camera on' }).click()
  await sees(sam, 'Tom Okafor’s camera', 'blue')

  await choosesAbout(sam, 'Tom Okafor', 'Ask to unmute')
  await asked.getByRole('button', { name: 'Not now' }).click()
  await expect(sam.page.getByText('Tom Okafor does not want to just now')).toBeVisible()
  await expect(tile(sam, 'Tom Okafor')).toHaveAccessibleName(/microphone off/)
})

test('everybody switches their own camera and microphone, by button and by key', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk)
  await sees(tom, 'Sam’s camera', 'red')
  await control(sam, 'Turn camera off').click()
  await doesNotSee(tom, 'Sam’s camera')
  await control(sam, 'Turn camera on').click()
  await sees(tom, 'Sam’s camera', 'red')
  await sam.page.getByRole('list', { name: 'Others in the call' }).click({ position: { x: 1, y: 1 } })
  await sam.page.keyboard.press('m')
  await expect(tile(tom, 'Sam')).toHaveAccessibleName(/microphone off/)
  /** A message there and back later: what a key did by mistake would have been done by then. */
  const staysMuted = async () => {
    const words = `Said without a voice at ${performance.now()}`
    await sam.says(words)
    await tom.reads(words)
    await expect(control(sam, 'Unmute microphone')).toBeVisible()
    await expect(tile(tom, 'Sam')).toHaveAccessibleName(/microphone off/)
  }
  // Where one writes, letters are letters.
  await sam.page.getByRole('textbox', { name: 'Message' }).pressSequentially('m')
  await staysMuted()
  await control(sam, 'Raise your hand').click()
  await expect(tile(tom, 'Sam')).toHaveAccessibleName(/hand raised/)
  await control(sam, 'More of the call').click()
  await sam.page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click()
  await sam.page.getByRole('switch', { name: 'Use these shortcuts' }).click()
  await sam.page.keyboard.press('Escape')
  await expect(control(sam, 'Unmute microphone')).toHaveAttribute('title', 'Unmute microphone')
  await sam.page.keyboard.press('m')
  await staysMuted()
})

test('who leaves the video is out of the picture, and who came without devices goes on', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk)
  await expect(tile(tom, 'Sam')).toBeVisible()
  await sam.reads('Tom Okafor joined the video')
  await control(sam, 'Leave the video').click()
  await expect(tile(tom, 'Sam')).toHaveCount(0)
  await tom.reads('Sam left the video')
  await sam.reads('You left the video')
  await isInCall(tom)
  expect((await talk.view()).mode).toBe('video_and_text')
  await tom.page.goto(`${server.url}/dashboard/conversations`)
  await expect(tom.page.getByRole('listitem').filter({ hasText: 'Sam' }).first()).toContainText('On video')
})

test('a raised hand goes down by itself when its owner speaks', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk)
  await control(tom, 'Raise your hand').click()
  await expect(tile(sam, 'Tom Okafor')).toHaveAccessibleName(/hand raised/)
  await control(tom, 'Unmute microphone').click()
  await expect(tile(sam, 'Tom Okafor')).not.toHaveAccessibleName(/hand raised/, { timeout: 20_000 })
  await expect(control(tom, 'Raise your hand')).toBeVisible()
})

test('picture in picture keeps the large picture and one’s own switches in sight', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk, 'Camera')
  await control(sam, 'More of the call').click()
  await sam.page.getByRole('menuitem', { name: 'Picture in picture' }).click()
  const inside = (what: string) =>
    sam.page.evaluate((selector) => {
      const { documentPictureInPicture: windows } = window as { documentPictureInPicture?: { window: Window | null } }
      return windows?.window?.document.querySelector(selector) !== null && windows?.window !== null
    }, what)
  await expect.poll(() => inside('article[data-persona-state]')).toBe(true)
  await sam.page.evaluate(() => {
    const { documentPictureInPicture: windows } = window as { documentPictureInPicture?: { window: Window | null } }
    windows?.window?.document.querySelector<HTMLButtonElement>('button[aria-label="Mute microphone"]')?.click()
  })
  await expect(tile(tom, 'Sam')).toHaveAccessibleName(/microphone off/)
  await sam.page.keyboard.press('p')
  await expect.poll(() => inside('article')).toBe(false)
})

test('devices are changed in the middle of the call', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  await sam.page.evaluate(() => {
    const media = navigator.mediaDevices
    const real = media.getUserMedia.bind(media)
    media.getUserMedia = async (wish) => {
      const stream = await real(wish)
      Object.assign(window, { lastOpened: stream.getTracks()[0]?.label })
      return stream
    }
  })
  await control(sam, 'More of the call').click()
  await sam.page.getByRole('menuitem', { name: 'Camera, microphone, speaker' }).click()
  const microphone = sam.page.getByRole('dialog').getByRole('combobox', { name: 'Microphone' })
  await microphone.selectOption({ label: 'Fake Audio Input 1' })
  await expect.poll(() => sam.page.evaluate(() => (window as { lastOpened?: string }).lastOpened)).toBe('Fake Audio Input 1')
  await sam.page.keyboard.press('Escape')
  await expect(control(sam, 'Mute microphone')).toBeVisible()
})

test('a person without camera and microphone takes part all the same', async () => {
  const talk = await visitorByVideo(null)
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk, 'Camera')
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  await control(sam, 'Turn camera on').click()
  await expect(sam.page.getByRole('alert').filter({ hasText: 'No camera was found' })).toBeVisible()
  await expect(control(sam, 'Turn camera on')).toBeVisible()
  await expect(tile(tom, 'Sam')).toHaveAccessibleName(/camera off, microphone off/)
  await sam.says('I see you, though I have no camera.')
  await tom.reads('I see you, though I have no camera.')
})

test('a shared screen has its own tile, and only one is shared at a time', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk)
  await control(tom, 'Share your screen').click()
  const shared = sam.page.locator('article').filter({ has: pictureOf(sam, 'Tom Okafor’s screen') })
  await expect(shared).toBeVisible({ timeout: 20_000 })
  await expect(control(sam, 'Share your screen')).toBeDisabled()
  await sam.picture('call-screen')
  await control(tom, 'Stop sharing your screen').click()
  await expect(shared).toHaveCount(0)
  await expect(control(sam, 'Share your screen')).toBeEnabled()
})

test('disabling video ends every running picture within a second, says why, and nothing starts by itself afterwards', async () => {
  const dana = await Person.arrivesSignedIn(await withFace(null), 'dana', server.url)
  const ada = await makesPersona(dana, 'Ada')
  const talk = await visitorByVideo('red', ada)
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk, 'Camera')
  await sees(sam, 'Tom Okafor’s camera', 'blue')

  expect((await dana.asks('PATCH', `/personas/${ada}`, { disable_video: true })).status).toBe(200)
  for (const person of [sam, tom]) {
    await expect(person.page.getByText('Video is disabled by the owner.', { exact: true })).toBeVisible(AT_ONCE)
    await expect(person.page.locator('video')).toHaveCount(0, AT_ONCE)
    await expect(person.page.getByRole('button', { name: /^Video|Join by video/ })).toHaveCount(0)
  }
  await sam.picture('call-disabled')
  const token = await tom.asks('POST', `/conversations/${talk.id}/media-token`)
  expect([token.status, token.body.code]).toEqual([403, 'video_disabled'])
  await sam.says('We go on by chat.')
  await tom.reads('We go on by chat.')

  expect((await dana.asks('PATCH', `/personas/${ada}`, { disable_video: false })).status).toBe(200)
  await expect(sam.page.getByRole('button', { name: 'Video', exact: true })).toBeVisible()
  await tom.page.reload()
  await expect(tom.log).toBeVisible()
  for (const person of [sam, tom]) await expect(person.page.locator('video')).toHaveCount(0)
})

test('whoever is removed is gone from the pictures at once, and gets no new token', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk, 'Camera')
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  await choosesAbout(sam, 'Tom Okafor', 'Remove')
  await sam.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await doesNotSee(sam, 'Tom Okafor’s camera', 2_000)
  await expect(tom.page.getByRole('heading', { name: 'You were removed from this conversation' })).toBeVisible()
  await expect(tom.page.locator('video')).toHaveCount(0)
  expect((await tom.asks('POST', `/conversations/${talk.id}/media-token`)).status).toBe(403)
})

test('a guest enters by video with the chat one tap away; who knocks is seen over the pictures', async () => {
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  await talk.invites('gwen@guest.example')
  const gwen = await arrivesWithFace('yellow', 'guest', server.url)
  await gwen.page.goto(linkIn(await mail.mailTo('gwen@guest.example'), '/g#'))
  await gwen.page.getByLabel('Your name').fill('Gwen')
  await control(sam, 'Hide the chat').click()
  await gwen.presses('Knock')
  await expect(sam.page.getByRole('region', { name: 'A request to join' })).toBeVisible()
  await sam.picture('call-knock')
  await sam.presses('Let the guest in')
  await switchesOn(gwen, 'Camera')
  await gwen.picture('call-waiting-room')
  await gwen.presses('Join')
  await isInCall(gwen)
  await sees(gwen, 'Sam’s camera', 'red')
  await sees(sam, 'Gwen’s camera', 'yellow')
  await expect(gwen.page.getByRole('textbox', { name: 'Message' })).toHaveCount(0)
  await sam.page.keyboard.press('c')
  await sam.says('Welcome, Gwen.')
  await expect(control(gwen, 'Show the chat, 1 new')).toBeVisible()
  await gwen.page.setViewportSize({ width: 390, height: 844 })
  await gwen.picture('call-phone')
  await control(gwen, /^Show the chat/).click()
  await gwen.reads('Welcome, Gwen.')
  await gwen.picture('call-phone-chat')
})

test('after kill -9 of the server the pictures go on by themselves, without a reload', async () => {
  test.skip(process.env.TRIALOGUE_MEDIA__URL !== undefined, 'the media server is another process, and goes on')
  const talk = await visitorByVideo()
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk, 'Camera')
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  await sam.page.evaluate(() => Object.assign(window, { marked: true }))
  await server.kill()
  await expect(sam.page.getByText('The video connection is lost. Reconnecting…')).toBeVisible()
  await sam.picture('call-reconnecting')
  await server.startAgain()
  await expect(sam.page.locator('section[data-media="connected"]')).toBeVisible({ timeout: 45_000 })
  await expect(pictureOf(sam, 'Tom Okafor’s camera')).toBeVisible({ timeout: 45_000 })
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  await sees(tom, 'Sam’s camera', 'red')
  expect(await sam.page.evaluate(() => 'marked' in window)).toBe(true)
})

test('no part of the call has a serious or critical fault by axe’s rules, in light and in dark', async () => {
  const { visitor: sam } = await visitorByVideo()
  const faults: string[] = []
  const look = async (where: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await sam.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const { violations } = await new AxeBuilder({ page: sam.page }).analyze()
      for (const { id, impact, nodes } of violations) {
        if (impact === 'serious' || impact === 'critical') faults.push(`${where} ${colorScheme} ${id}: ${nodes[0]?.target.join(' ')}`)
      }
    }
  }
  await look('speaker')
  await sam.page.keyboard.press('l')
  await look('grid')
  await sam.page.keyboard.press('Shift+?')
  await expect(sam.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await look('shortcuts')
  await sam.page.keyboard.press('Escape')
  await control(sam, 'More of the call').click()
  await sam.page.getByRole('menuitem', { name: 'Check devices and connection' }).click()
  await look('check')
  expect(faults).toEqual([])
})

test('the check says what works before a first conversation: devices, the ways to the media server, bandwidth', async () => {
  const sam = await Person.arrives(await withFace('red'), 'visitor', server.url)
  await sam.page.goto(`${server.url}/p/${persona}`)
  await sam.page.getByRole('button', { name: 'Video', exact: true }).click()
  await sam.page.getByRole('button', { name: 'Check devices and connection' }).click()
  const check = sam.page.getByRole('dialog', { name: 'Check devices and connection' })
  await check.getByRole('button', { name: 'Check', exact: true }).click()
  const step = (name: string) => check.locator(`[data-step="${name}"]`)
  await expect(check.getByRole('button', { name: 'Check again' })).toBeVisible({ timeout: 90_000 })
  for (const name of ['camera', 'microphone', 'server', 'udp']) await expect(step(name)).toHaveAttribute('data-state', 'good')
  await expect(step('bandwidth')).toContainText('Mbit/s upwards')
  await sam.picture('call-check')
})
