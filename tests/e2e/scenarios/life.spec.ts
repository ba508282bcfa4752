import { expect, test } from '@playwright/test'
import { MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { comesIn, messages, ofThePersona } from '../support/room.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

// The life of a conversation, and who may read it.

const A_DAY_S = 24 * 60 * 60

const mail = new MailServer()
let server: TrialogueServer
let persona: string
let dana: Person

test.beforeAll(async () => {
  server = await TrialogueServer.start({ smtpPort: await mail.start(), movableClock: true })
  persona = await demoPersona(server.url)
})

test.beforeEach(async ({ browser }) => {
  dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
})

test.afterEach(everybodyLeaves)

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

async function ends(person: Person): Promise<void> {
  await person.chooses('End conversation')
  await person.page.getByRole('dialog').getByRole('button', { name: 'End conversation' }).click()
}

test('a conversation is open until its visitor ends it', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.visitor.reads('a student ticket 120 euros')
  await comesIn(dana, talk)
  await ends(talk.visitor)
  await talk.visitor.reads('You ended this conversation')
  for (const person of [talk.visitor, dana]) {
    await expect(person.page.getByText('This conversation has ended.')).toBeVisible()
    await expect(person.page.getByRole('textbox', { name: 'Message' })).toHaveCount(0)
    await person.reads('a student ticket 120 euros')
  }
  await talk.visitor.picture('life-1-ended')
  const refused = await talk.isRefused({ do: 'invite_guest', email: 'late@guest.example', note: '' })
  expect(refused.code).toBe('conversation_ended')
})

test('or the one in charge ends it', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await comesIn(dana, talk)
  await ends(dana)
  await talk.visitor.reads('Dana Weber ended this conversation')
  await expect(talk.visitor.page.getByRole('button', { name: 'Continue in a new conversation' })).toBeVisible()
})

test('or nobody has spoken for a day', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await server.timePasses(A_DAY_S - 600)
  await visitor.says('Still there?')
  await server.timePasses(A_DAY_S - 600)
  await expect(visitor.page.getByRole('textbox', { name: 'Message' })).toBeVisible()
  await server.timePasses(601)
  await visitor.reads('This conversation ended because nobody had spoken for long')
})

test('an open handoff outlives it: the answer is found on coming back', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona, 'Can you sponsor my startup?')
  const { visitor } = talk
  await visitor.reads(/I'm asking Dana Weber/)
  await ends(visitor)
  await visitor.page.close()

  await dana.page.goto(`${server.url}/dashboard/handoffs`)
  const owed = dana.page.getByRole('listitem').filter({ has: dana.page.getByText('Can you sponsor my startup?', { exact: true }) }).first()
  await expect(owed).toContainText('Follow-up owed')
  await owed.getByRole('button', { name: 'Write the answer' }).click()
  await dana.page.getByLabel('Your answer').fill('Write to sponsors@northlight.example.')
  await dana.presses('Send the answer')
  await expect(owed).toHaveCount(0)

  const page = await visitor.context.newPage()
  await page.goto(`${server.url}/p/${persona}`)
  await expect(page.getByRole('log', { name: 'Messages' }).getByText('Write to sponsors@northlight.example.')).toBeVisible()
  await page.screenshot({ path: '../../test-results/screenshots/life-2-answer-on-return.png' })
})

test('coming back later, the same visitor finds earlier conversations in the drawer, reads them, and continues in a new one that knows them', async ({
  browser,
}) => {
  const talk = await Talk.begins(browser, server.url, persona, 'Who holds the workshop on accessible forms?')
  const { visitor } = talk
  await visitor.reads(/Amara Obi/)
  await ends(visitor)
  await visitor.page.goto('about:blank')
  await server.timePasses(2 * A_DAY_S)

  await visitor.page.goto(`${server.url}/p/${persona}`)
  await visitor.presses('Continue in a new conversation')
  // Nothing but the conversation before tells what “it” is: to a stranger the same words get no such answer.
  await visitor.says('On which day is it?')
  await visitor.reads(/The workshop on accessible forms/)
  const stranger = await Talk.begins(browser, server.url, persona, 'On which day is it?')
  await expect(ofThePersona(stranger.visitor)).toHaveCount(2)
  await stranger.visitor.doesNotRead(/accessible forms/)
  await visitor.doesNotRead('Who holds the workshop on accessible forms?')

  await visitor.chooses('Earlier conversations')
  const drawer = visitor.page.getByRole('dialog', { name: 'Earlier conversations' })
  await expect(drawer.getByRole('listitem')).toHaveCount(1)
  await expect(drawer.getByRole('listitem')).toContainText('Amara Obi')
  await visitor.picture('life-3-drawer')
  await drawer.getByRole('button', { name: 'Open' }).click()
  await visitor.reads('Who holds the workshop on accessible forms?')
  await expect(visitor.page.getByText('This conversation has ended.')).toBeVisible()

  await visitor.chooses('Earlier conversations')
  await visitor.page.getByRole('dialog').getByRole('button', { name: 'Open' }).click()
  await visitor.reads('On which day is it?')
  await visitor.says('How much is a student ticket?')
  await visitor.reads('a student ticket 120 euros')
})

test('its owner, admins and supervisors may read it; a colleague whom it does not concern finds nothing', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.visitor.reads('a student ticket 120 euros')
  const tom = await Person.arrivesSignedIn(browser, 'tom', server.url)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  const reading = `${server.url}/dashboard/conversations/${talk.id}`
  for (const reader of [dana, tom]) {
    await reader.page.goto(reading)
    await expect(reader.page.getByText('You are reading without taking part. Nobody inside sees you; the reading is in the audit log.')).toBeVisible()
    await expect(reader.page.getByText('a student ticket 120 euros')).toBeVisible()
  }
  await tom.picture('life-4-reading')
  await priya.page.goto(reading)
  await expect(priya.page.getByText('There is no such page')).toBeVisible()
  await expect(priya.page.getByText(/a student ticket/)).toHaveCount(0)
  expect((await priya.asks('GET', `/conversations/${talk.id}`)).status).toBe(404)
  await priya.picture('life-5-not-theirs')
  await expect(messages(talk.visitor, /Dana|Tom/)).toHaveCount(0)
})
