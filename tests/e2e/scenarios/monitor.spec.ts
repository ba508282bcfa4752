// Staff who watch from inside, unseen by the visitor and guests, and how they step in.
import { expect, test } from '@playwright/test'
import { beginsByVideo, comesByVideo, control, isInCall, tile } from '../support/call.ts'
import { arrivesSignedInWithFace, doesNotSee, facesLeave, pictureOf, sees, withFace } from '../support/faces.ts'
import { linkIn, MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'
import { Wire } from '../support/wire.ts'

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

/** From the dashboard's list to watching. */
async function watches(user: Person, talk: Talk): Promise<void> {
  await user.page.goto(`${server.url}/dashboard/conversations/${talk.id}`)
  await user.page.getByRole('button', { name: 'Watch silently' }).click()
  await expect(user.page.getByText('You are watching unseen.')).toBeVisible()
}

test('a supervisor watches a call unseen: sees and hears it, sends nothing, and no page of the others tells of it', async ({ browser }) => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  await talk.invites('gwen@guest.example')
  const gwen = await Person.arrives(await withFace('yellow'), 'guest', server.url)
  await gwen.page.goto(linkIn(await mail.mailTo('gwen@guest.example'), '/g#'))
  await gwen.page.getByLabel('Your name').fill('Gwen')
  await gwen.presses('Knock')
  await sam.presses('Let the guest in')
  await gwen.presses('Join')
  await isInCall(gwen)
  const wires = [Wire.of(sam), Wire.of(gwen)]

  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  const toms = Wire.of(tom)
  await tom.page.addInitScript(() => {
    for (const opens of ['getUserMedia', 'getDisplayMedia'] as const) {
      const real = navigator.mediaDevices[opens].bind(navigator.mediaDevices)
      navigator.mediaDevices[opens] = (wish) => {
        Object.assign(window, { opened: opens })
        return real(wish)
      }
    }
  })
  await watches(tom, talk)
  await isInCall(tom)
  await sees(tom, 'Sam’s camera', 'red')
  await tom.picture('monitor')
  await expect(tom.page.getByText('The visitor and guests are not told; colleagues are.')).toBeVisible()
  await expect(tom.page.getByRole('textbox', { name: 'Message' })).toHaveCount(0)
  for (const name of [/camera/, /microphone/, /Share your screen/, /hand/]) await expect(control(tom, name)).toHaveCount(0)
  // Nor by key.
  for (const key of ['m', 'v', 's', 'h']) await tom.page.keyboard.press(key)

  // What is said goes on reaching him; everybody else knows of three: the persona, Sam and Gwen.
  await sam.says('Is anybody else here?')
  await tom.reads('Is anybody else here?')
  // By then a key that did something would have opened a device and told the server.
  expect(await tom.page.evaluate(() => (window as { opened?: string }).opened ?? null)).toBeNull()
  for (const kind of ['set_media', 'raise_hand', 'lower_hand']) expect(toms.commands(kind), kind).toBe(0)
  for (const person of [sam, gwen]) {
    await expect(person.page.locator('article[data-participant]')).toHaveCount(2)
    await expect(person.page.getByText('Tom Okafor')).toHaveCount(0)
  }
  await sam.page.getByRole('button', { name: /^People in this conversation/ }).click()
  await expect(sam.page.getByRole('dialog').getByRole('listitem').filter({ hasText: /here now|AI persona of/ })).toHaveCount(3)
  await sam.page.keyboard.press('Escape')

  // Staff are told.
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await talk.letsIn(priya)
  await priya.reads('Tom Okafor is watching')
  await expect(tile(priya, 'Tom Okafor')).toHaveCount(0)

  for (const wire of wires) expect(await wire.all()).not.toContain('Tom Okafor')
  expect(JSON.stringify([await talk.events(), await talk.view()])).not.toContain('Tom Okafor')
})

test('who watched steps in, and is seen from then on', async () => {
  const talk = await beginsByVideo(server.url, persona, 'red')
  const { visitor: sam } = talk
  const tom = await arrivesSignedInWithFace('blue', 'tom', server.url)
  await watches(tom, talk)
  await isInCall(tom)
  await tom.presses('Step in')
  await sam.reads('Tom Okafor joined as a supervisor')
  await expect(tom.page.getByText('You are watching unseen.')).toHaveCount(0)
  await tom.says('Hello, I am Tom.')
  await sam.reads('Hello, I am Tom.')
  await isInCall(tom)
  await expect(tile(sam, 'Tom Okafor')).toBeVisible()
  await control(tom, 'Turn camera on').click()
  await sees(sam, 'Tom Okafor’s camera', 'blue')
})

test('whoever has no part in the queue is offered no watching, and a chat can be watched too', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona, 'Hello there.')
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  expect((await priya.asks('POST', `/conversations/${talk.id}/watch`, {})).body.code).toBe('wrong_door')
  const tom = await Person.arrivesSignedIn(browser, 'tom', server.url)
  await watches(tom, talk)
  await talk.visitor.says('How much is a student ticket?')
  await tom.reads('How much is a student ticket?')
  await doesNotSee(tom, 'Sam’s camera')
  await tom.chooses('Leave')
  await tom.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await expect(tom.page.getByRole('heading', { name: 'You left this conversation' })).toBeVisible()
  expect((await talk.view()).participants).toHaveLength(2)
})
