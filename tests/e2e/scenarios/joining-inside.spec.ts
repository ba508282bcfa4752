// Design §4.1 once admitted: waiting room, history, tabs, dropped connections, removal.
import { expect, test } from '@playwright/test'
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

test.afterEach(everybodyLeaves)

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

async function guestKnocks(talk: Talk, guest: Person, email: string): Promise<void> {
  await talk.invites(email)
  await guest.page.goto(linkIn(await mail.mailTo(email), '/g#'))
  await guest.page.getByLabel('Your name').fill('Uma')
  await guest.presses('Knock')
}

/** The people of a conversation as a page shows them, without opening anything. */
const strip = (person: Person) => person.page.getByRole('button', { name: 'People in this conversation:' })

test('admitted, one enters the waiting room and is inside only after Join', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await priya.presses('Knock')
  await talk.visitor.presses('Let the user in')
  await expect(priya.page.getByText('You may come in. You will see the whole conversation.')).toBeVisible()
  await expect(priya.page.getByRole('main').getByRole('button')).toHaveText([
    'Microphone off',
    'Camera off',
    'Check devices and connection',
    'Join',
    'Not now',
  ])
  await strip(talk.visitor).click()
  await expect(talk.visitor.page.getByText('let in by Sam, about to join')).toBeVisible()
  await talk.visitor.picture('joining-about-to-join')
  await talk.visitor.page.keyboard.press('Escape')
  await expect(strip(talk.visitor)).not.toContainText('Priya')
  await priya.presses('Join')
  await expect(strip(talk.visitor)).toContainText('Priya Nair')
  await talk.visitor.reads('Priya Nair joined as a colleague')
})

test('users and owners see all of the history; a guest sees from their own join on, unless the host shares the rest', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona, 'My number is 4711.')
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await talk.letsIn(dana)
  await dana.reads('My number is 4711.')
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await talk.letsIn(priya)
  await priya.reads('My number is 4711.')

  const guest = await Person.arrives(browser, 'guest', server.url)
  const wire = Wire.of(guest)
  await guestKnocks(talk, guest, 'uma@guest.example')
  await talk.visitor.presses('Let the guest in')
  await guest.presses('Join')
  await talk.visitor.says('Hello, Uma.')
  await guest.reads('Hello, Uma.')
  await expect(guest.page.getByText('You see what was said since you joined.')).toBeVisible()
  expect(await wire.all()).not.toContain('4711')

  await strip(talk.visitor).click()
  await talk.visitor.presses('Share earlier messages')
  await talk.visitor.page.keyboard.press('Escape')
  await guest.presses('Earlier messages')
  await guest.reads('My number is 4711.')
  await guest.reads('Sam shared the earlier messages with you')
  await guest.picture('joining-history-shared')
})

test('several tabs are one participant', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await talk.letsIn(priya)
  const second = await Person.opens(priya)
  await second.page.goto(talk.url)
  await second.reads('How much is a student ticket?')
  await second.says('From my other tab.')
  await priya.reads('From my other tab.')
  const inside = async () => (await talk.view()).participants.map(({ name, presence }: any) => `${name} ${presence.kind}`).sort()
  expect(await inside()).toEqual(['Michael here', 'Priya Nair here', 'Sam here'])
  await second.page.close()
  await priya.says('Still here.')
  await talk.visitor.reads('Still here.')
  expect(await inside()).toEqual(['Michael here', 'Priya Nair here', 'Sam here'])
})

test('a dropped connection holds its place, and coming back needs no new knock', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const guest = await Person.arrives(browser, 'guest', server.url)
  await guestKnocks(talk, guest, 'vic@guest.example')
  await talk.visitor.presses('Let the guest in')
  await guest.presses('Join')
  await expect(strip(talk.visitor)).toContainText('here now')

  // The guest's page stays open; its connection does not.
  await guest.page.routeWebSocket('**/api/v1/live', (socket) => socket.close())
  await guest.page.reload()
  await expect(strip(talk.visitor)).toContainText('connection lost, place held')
  await talk.visitor.picture('joining-place-held')
  await talk.visitor.says('Are you there?')
  await guest.page.unrouteAll()
  const back = await Person.opens(guest)
  await back.page.goto(guest.page.url())
  await back.reads('Are you there?')
  await expect(strip(talk.visitor)).not.toContainText('connection lost')
  expect((await talk.events()).filter(({ event }) => event.type === 'join_requested')).toHaveLength(1)
})

test('a page that loses its network says so, keeps what is written, and goes on by itself', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  let cut = () => {}
  let down = false
  await priya.page.routeWebSocket('**/api/v1/live', (socket) => {
    if (down) return socket.close()
    const onward = socket.connectToServer()
    cut = () => {
      down = true
      onward.close()
      socket.close()
    }
  })
  await talk.letsIn(priya)
  cut()
  await expect(priya.page.getByText('Connection lost. Reconnecting', { exact: false })).toBeVisible()
  await priya.page.getByRole('textbox', { name: 'Message' }).fill('Written without a network.')
  await priya.page.keyboard.press('Enter')
  await priya.picture('joining-connection-lost')
  await talk.visitor.doesNotRead('Written without a network.')
  down = false
  await talk.visitor.reads('Written without a network.')
  await expect(priya.page.getByText('Connection lost.', { exact: false })).toHaveCount(0)
})

test('a removed participant’s link is dead, a user’s and a guest’s', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const removes = async (name: string) => {
    await strip(talk.visitor).click()
    await talk.visitor.page.getByRole('listitem').filter({ hasText: name }).getByRole('button', { name: 'Remove' }).click()
    await expect(talk.visitor.page.getByText('They leave at once and cannot come back', { exact: false })).toBeVisible()
    await talk.visitor.page.getByRole('dialog').last().getByRole('button', { name: 'Remove' }).click()
    await talk.visitor.page.keyboard.press('Escape')
  }
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await talk.letsIn(priya)
  await removes('Priya Nair')
  await expect(priya.page.getByRole('heading', { name: 'You were removed from this conversation' })).toBeVisible()
  await expect(priya.page.getByRole('link', { name: 'Go to your conversations' })).toBeVisible()
  await priya.page.reload()
  await expect(priya.page.getByRole('heading', { name: 'You were removed from this conversation' })).toBeVisible()
  await expect(priya.page.getByRole('button')).toHaveCount(0)
  await priya.picture('joining-removed')
  const knock = await priya.asks('POST', `/conversations/${talk.id}/knocks`, {})
  expect([knock.status, knock.body.code]).toEqual([403, 'removed'])
  await priya.page.getByRole('link', { name: 'Go to your conversations' }).click()
  await expect(priya.page.getByRole('heading', { name: 'Conversations', exact: true })).toBeVisible()

  const guest = await Person.arrives(browser, 'guest', server.url)
  await guestKnocks(talk, guest, 'wim@guest.example')
  await talk.visitor.presses('Let the guest in')
  await guest.presses('Join')
  await expect(guest.log).toBeVisible()
  const kept = await guest.page.evaluate(() => Object.entries(localStorage).find(([key]) => key.startsWith('trialogue.guest.'))?.[1])
  await removes('Uma')
  await expect(guest.page.getByRole('heading', { name: 'You were removed from this conversation' })).toBeVisible()
  await expect(guest.page.getByText('you can close this page', { exact: false })).toBeVisible()
  await guest.page.reload()
  await expect(guest.page.getByRole('heading', { name: 'You were removed from this conversation' })).toBeVisible()
  await expect(guest.page.getByRole('button')).toHaveCount(0)
  // Nor does the token that the guest's browser kept read on.
  const { guestToken } = JSON.parse(kept ?? '{}')
  const read = await fetch(`${server.url}/api/v1/conversations/${talk.id}/events?after=0`, { headers: { authorization: `Bearer ${guestToken}` } })
  expect(read.status).toBeGreaterThanOrEqual(400)
  // The host's invitation to the same address is refused as well.
  expect((await talk.isRefused({ do: 'invite_guest', email: 'wim@guest.example', note: '' })).code).toBe('guest_removed')
})
