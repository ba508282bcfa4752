// A call that begins finds people who read and write: it asks them, and takes nothing from under their hands.
import { expect, test } from '@playwright/test'
import { beginsByVideo, comesByVideo, control, isInCall, switchesOn } from '../support/call.ts'
import { arrivesSignedInWithFace, facesLeave, sees, withFace } from '../support/faces.ts'
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

const PHONE = { width: 390, height: 844 }
const DESKTOP = { width: 1280, height: 800 }

const invitation = ({ page }: Person) => page.getByRole('region', { name: 'A video call' })
const choice = (person: Person, name: string) => invitation(person).getByRole('button', { name, exact: true })
const composer = ({ page }: Person) => page.getByRole('textbox', { name: 'Message' })
const call = ({ page }: Person) => page.locator('section[data-media]')

async function pictures(person: Person, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await person.page.emulateMedia({ colorScheme })
    for (const [where, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      await person.page.setViewportSize(size)
      await person.picture(`${name}-${where}-${colorScheme}`)
    }
  }
  await person.page.setViewportSize(DESKTOP)
}

test('a colleague who comes with a camera on begins the video for those who join; a half-written message stays where it is', async () => {
  const talk = await Talk.begins(await withFace('red'), server.url, persona, 'Hello there.')
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await tom.page.goto(talk.url)
  await tom.presses('Knock')
  await sam.presses('Let the user in')
  await composer(sam).pressSequentially('I have been thinking about')
  await switchesOn(tom, 'Camera')
  await tom.presses('Join')
  await isInCall(tom)

  await expect(invitation(sam).getByText('Tom Okafor began a video call')).toBeVisible()
  await expect(invitation(sam).getByText('Tom Okafor is on video.')).toBeVisible()
  await expect(call(sam)).toHaveCount(0)
  await expect(composer(sam)).toBeFocused()
  await sam.page.keyboard.type(' the tickets')
  await expect(composer(sam)).toHaveValue('I have been thinking about the tickets')
  await pictures(sam, 'call-invitation')

  // Asked is asked, also after a reload.
  await sam.page.reload()
  await expect(choice(sam, 'Watch')).toBeVisible()
  await expect(call(sam)).toHaveCount(0)

  await choice(sam, 'Watch').click()
  await isInCall(sam)
  await sees(sam, 'Tom Okafor’s camera', 'blue')
  await expect(control(sam, 'Turn camera on')).toBeVisible()
  await expect(control(sam, 'Unmute microphone')).toBeVisible()
})

test('whoever says “Not now” reads who is on video, with a camera or without, and joins when they like', async () => {
  const talk = await Talk.begins(await withFace('red'), server.url, persona, 'Hello there.')
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await talk.letsIn(tom)
  await sam.page.getByRole('button', { name: 'Video', exact: true }).click()
  await switchesOn(sam, 'Camera')
  await sam.page.getByRole('button', { name: 'Join', exact: true }).click()
  await isInCall(sam)

  await expect(invitation(tom).getByText('Sam began a video call')).toBeVisible()
  await choice(tom, 'Not now').click()
  await expect(invitation(tom)).toHaveCount(0)
  await expect(tom.page.getByText('Sam is on video.')).toBeVisible()
  await control(sam, 'Turn camera off').click()
  await expect(control(sam, 'Turn camera on')).toBeVisible()
  await expect(tom.page.getByText('Sam is on video.')).toBeVisible()
  await pictures(tom, 'call-missed')

  await tom.page.getByRole('button', { name: 'Join by video' }).click()
  await switchesOn(tom, 'Camera')
  await tom.page.getByRole('button', { name: 'Join', exact: true }).click()
  await isInCall(tom)
  await sees(sam, 'Tom Okafor’s camera', 'blue')
})

test('an invitation goes with its call, and the next call asks anew; who arrives meanwhile is in it', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await comesByVideo(tom, talk)
  await expect(invitation(tom)).toHaveCount(0)
  await sam.page.getByRole('button', { name: 'Chat', exact: true }).click()
  // Tom is in the call, though he has nothing on.
  await sam.page.getByRole('button', { name: 'End the video' }).click()
  await expect(call(tom)).toHaveCount(0)

  await talk.does({ do: 'choose_mode', mode: 'video_and_text' })
  await expect(invitation(tom)).toBeVisible()
  // Sam's own page did not begin it, and asks, too.
  await expect(invitation(sam).getByText('You began a video call in another tab or on another device')).toBeVisible()
  await talk.does({ do: 'choose_mode', mode: 'chat' })
  await expect(invitation(tom)).toHaveCount(0)
  await expect(call(tom)).toHaveCount(0)

  await talk.does({ do: 'choose_mode', mode: 'video_and_text' })
  const priya = await arrivesSignedInWithFace(null, 'priya', server.url)
  await talk.letsIn(priya)
  await isInCall(priya)
})
