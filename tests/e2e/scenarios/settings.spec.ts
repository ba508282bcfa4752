// Design §4.3: the settings of a persona, live. What needs media (no tokens, running calls stopped) comes with media itself.
import { type Browser, expect, test } from '@playwright/test'
import { linkIn, MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { makesPersona } from '../support/persona.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

/** A change reaches every open page within a second of its answer. */
const AT_ONCE = { timeout: 1_000 }

const mail = new MailServer()
let server: TrialogueServer

test.beforeAll(async () => {
  server = await TrialogueServer.start({ smtpPort: await mail.start() })
  await demoPersona(server.url)
})

test.afterEach(everybodyLeaves)

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

/** The owner with a persona of the test's own, on the page of its rules. */
async function owner(browser: Browser): Promise<{ dana: Person; persona: string }> {
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  const persona = await makesPersona(dana, 'Ada')
  await dana.page.goto(`${server.url}/dashboard/personas/${persona}/rules`)
  return { dana, persona }
}

const theSwitch = (dana: Person, name: string) => dana.page.getByRole('switch', { name })

/** Presses a switch of the dashboard, and its question where it asks one; returns when the server has answered. */
async function turns(dana: Person, name: string, confirm?: string): Promise<void> {
  const changed = dana.page.waitForResponse((response) => response.request().method() === 'PATCH')
  await theSwitch(dana, name).click()
  if (confirm) await dana.page.getByRole('alertdialog').or(dana.page.getByRole('dialog')).getByRole('button', { name: confirm }).click()
  expect((await changed).status()).toBe(200)
}

/** A mark that a reload would wipe out. */
const marks = (person: Person) => person.page.evaluate(() => Object.assign(window, { marked: true }))
const isMarked = (person: Person) => person.page.evaluate(() => 'marked' in window)

test('in-call users is on and disable video is off where nobody chose', async ({ browser }) => {
  const { dana } = await owner(browser)
  await expect(theSwitch(dana, 'In-call users')).toBeChecked()
  await expect(theSwitch(dana, 'Disable video')).not.toBeChecked()
  await dana.picture('settings-rules')
})

test('in-call users off hides “Copy Conversation URL” and “Add Guest by Email” on open pages, and the API refuses them', async ({ browser }) => {
  const { dana, persona } = await owner(browser)
  const talk = await Talk.begins(browser, server.url, persona, 'Hello there.')
  const other = await Talk.begins(browser, server.url, persona, 'Hello from elsewhere.')
  const tom = await Person.arrivesSignedIn(browser, 'tom', server.url)
  await talk.letsIn(tom)
  // One has the menu open, one the dialog, one neither.
  await talk.visitor.page.getByRole('button', { name: 'More' }).click()
  await tom.chooses('Add Guest by Email')
  const copyUrl = talk.visitor.page.getByRole('menuitem', { name: 'Copy Conversation URL' })
  const addGuest = talk.visitor.page.getByRole('menuitem', { name: 'Add Guest by Email' })
  await expect(copyUrl).toBeVisible()
  await expect(addGuest).toBeVisible()
  await Promise.all([talk.visitor, other.visitor, tom].map(marks))

  await turns(dana, 'In-call users', 'Switch off')
  await Promise.all([
    expect(copyUrl).toHaveCount(0, AT_ONCE),
    expect(addGuest).toHaveCount(0, AT_ONCE),
    expect(tom.page.getByRole('dialog')).toHaveCount(0, AT_ONCE),
  ])
  await talk.visitor.picture('settings-in-call-users-off')
  await other.visitor.page.getByRole('button', { name: 'More' }).click()
  await expect(other.visitor.page.getByRole('menuitem', { name: 'Save as text' })).toBeVisible()
  await expect(other.visitor.page.getByRole('menuitem', { name: /Conversation URL|Add Guest/ })).toHaveCount(0)
  expect(await talk.isRefused({ do: 'invite_guest', email: 'al@guest.example', note: '' })).toMatchObject({ status: 403, code: 'in_call_users_off' })
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  const knock = await priya.asks('POST', `/conversations/${talk.id}/knocks`, {})
  expect([knock.status, knock.body.code]).toEqual([403, 'in_call_users_off'])

  await turns(dana, 'In-call users')
  await Promise.all([expect(copyUrl).toBeVisible(AT_ONCE), expect(addGuest).toBeVisible(AT_ONCE)])
  for (const person of [talk.visitor, other.visitor, tom]) expect(await isMarked(person), `${person.name}’s page was reloaded`).toBe(true)
})

test('with in-call users off handoff e-mails go out without a join link', async ({ browser }) => {
  const { dana, persona } = await owner(browser)
  await turns(dana, 'In-call users', 'Switch off')
  const before = mail.mailsTo('dana@demo.example').length
  const talk = await Talk.begins(browser, server.url, persona, 'I would like to speak with a person, please.')
  const called = await mail.mailTo('dana@demo.example', before + 1)
  expect(called.text).toContain('I would like to speak with a person, please.')
  for (const part of [called.text, called.html]) {
    expect(part).not.toContain('/c/')
    expect(part).not.toContain(talk.id)
    expect(part).toContain('/dashboard')
  }
})

test('with in-call users off a conversation has one visitor and the persona: every door is closed, the owner’s too', async ({ browser }) => {
  const { dana, persona } = await owner(browser)
  const talk = await Talk.begins(browser, server.url, persona, 'Hello there.')
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await expect(priya.page.getByRole('button', { name: 'Knock' })).toBeVisible()
  const closed = (person: Person) => person.page.getByRole('heading', { name: 'Nobody can join this conversation' })
  await turns(dana, 'In-call users', 'Switch off')
  await expect(closed(priya)).toBeVisible(AT_ONCE)
  await dana.page.goto(talk.url)
  await expect(closed(dana)).toBeVisible()
  for (const person of [priya, dana]) await expect(person.page.getByRole('button', { name: 'Knock' })).toHaveCount(0)
  await priya.picture('settings-closed-door')
  expect((await talk.view()).participants.map(({ role }: { role: string }) => role).sort()).toEqual(['persona', 'visitor'])
})

test('switching in-call users off closes open invitations and knocks; those inside stay', async ({ browser }) => {
  const { dana, persona } = await owner(browser)
  const talk = await Talk.begins(browser, server.url, persona, 'Hello there.')
  const tom = await Person.arrivesSignedIn(browser, 'tom', server.url)
  await talk.letsIn(tom)
  await talk.invites('bo@guest.example')
  await talk.invites('di@guest.example')
  const links = [linkIn(await mail.mailTo('bo@guest.example'), '/g#'), linkIn(await mail.mailTo('di@guest.example'), '/g#')]
  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(links[0] ?? '')
  await guest.page.getByLabel('Your name').fill('Bo')
  await guest.presses('Knock')
  await expect(guest.page.getByRole('heading', { name: 'You knocked' })).toBeVisible()
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await priya.presses('Knock')
  await expect(talk.visitor.page.getByText('2 people would like to join', { exact: true })).toBeVisible()
  await talk.visitor.page.getByRole('listitem').filter({ hasText: 'Priya' }).getByRole('button', { name: 'Let the user in' }).click()
  await expect(priya.page.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible()
  const reader = await Person.arrives(browser, 'reader', server.url)
  await reader.page.goto(links[1] ?? '')
  await reader.page.getByLabel('Your name').fill('Di')

  await turns(dana, 'In-call users', 'Switch off')
  await Promise.all([
    expect(guest.page.getByRole('heading', { name: 'The door was closed' })).toBeVisible(AT_ONCE),
    expect(priya.page.getByRole('heading', { name: 'The door was closed' })).toBeVisible(AT_ONCE),
    expect(talk.visitor.page.getByRole('region', { name: /request/ })).toHaveCount(0, AT_ONCE),
  ])
  await expect(priya.page.getByRole('button', { name: 'Join' })).toHaveCount(0)
  // The link that nobody used yet is closed as well, also where its page is open.
  await reader.presses('Knock')
  await expect(reader.page.getByRole('heading', { name: 'This invitation was taken back' })).toBeVisible()
  await tom.says('I am still here.')
  await talk.visitor.reads('I am still here.')
  // Inside means inside: a dropped connection is no exit.
  await tom.page.reload()
  await tom.reads('I am still here.')
})

test('disable video is said on the page: “Video is disabled by the owner.”', async ({ browser }) => {
  const { dana, persona } = await owner(browser)
  const talk = await Talk.begins(browser, server.url, persona, 'Hello there.')
  const said = talk.visitor.page.getByText('Video is disabled by the owner.', { exact: true })
  await expect(said).toHaveCount(0)
  await turns(dana, 'Disable video', 'Disable video')
  await expect(said).toBeVisible(AT_ONCE)
  await talk.visitor.picture('settings-video-disabled')
  expect((await (await fetch(`${server.url}/api/v1/public/personas/${persona}`)).json()) as object).toMatchObject({ video_available: false })
  // Text goes on.
  await talk.visitor.says('Then we write.')
  await turns(dana, 'Disable video')
  await expect(said).toHaveCount(0, AT_ONCE)
  await talk.visitor.reads('The owner allowed video again')
})

test('a change reaches every open page within a second, without reload', async ({ browser }) => {
  const { dana, persona } = await owner(browser)
  const talks = [
    await Talk.begins(browser, server.url, persona, 'One.'),
    await Talk.begins(browser, server.url, persona, 'Two.'),
    await Talk.begins(browser, server.url, persona, 'Three.'),
  ]
  const [priya, tom] = [await Person.arrivesSignedIn(browser, 'priya', server.url), await Person.arrivesSignedIn(browser, 'tom', server.url)]
  await talks[0]?.letsIn(priya)
  await talks[1]?.letsIn(tom)
  const pages = [...talks.map(({ visitor }) => visitor), priya, tom]
  await Promise.all(pages.map(marks))
  const says = (text: string) =>
    Promise.all(pages.map((person) => expect(person.page.getByText(text, { exact: true }).first()).toBeVisible(AT_ONCE)))

  await turns(dana, 'Disable video', 'Disable video')
  await says('Video is disabled by the owner.')
  // Not the switches alone: the persona's name too, and the other tab of the dashboard.
  await dana.asks('PATCH', `/personas/${persona}`, { name: 'Adeline' })
  await says('Adeline')
  for (const person of pages) expect(await isMarked(person), `${person.name}’s page was reloaded`).toBe(true)
})
