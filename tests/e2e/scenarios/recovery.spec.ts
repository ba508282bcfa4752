import { expect, test } from '@playwright/test'
import { MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { comesIn, guestComesIn, writes } from '../support/room.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

// Kill -9 with people on the page: everybody goes on without a reload, and nothing that was said or typed is lost.

const mail = new MailServer()
let server: TrialogueServer
let persona: string
let dana: Person
let priya: Person

test.beforeAll(async () => {
  server = await TrialogueServer.start({ smtpPort: await mail.start() })
  persona = await demoPersona(server.url)
})

test.beforeEach(async ({ browser }) => {
  dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
})

test.afterEach(everybodyLeaves)

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

/** Marks the page, so that a reload would show. */
const marks = (person: Person) => person.page.evaluate(() => Object.assign(window, { stayed: true }))
const stayed = (person: Person) => person.page.evaluate(() => 'stayed' in window)
const lost = (person: Person) => person.page.getByText('Connection lost.', { exact: false })

/** What somebody reads, message by message. */
async function transcript(person: Person): Promise<string[]> {
  const texts = await person.log.locator('li[data-provenance] [dir="auto"]').allTextContents()
  return texts.map((text) => text.trim())
}

test('a page older than its server, whose files are gone, stays, says so, and loses nothing that was typed', async ({ browser }) => {
  const { visitor } = await Talk.begins(browser, server.url, persona)
  await visitor.reads('a student ticket 120 euros')
  const { page } = visitor
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.fill('Half a senten')
  await page.route(/\/assets\/JoinVideo-/, (route) => route.fulfill({ status: 404 }))
  await page.getByRole('button', { name: 'Video', exact: true }).click()
  const missing = page.getByRole('alert').filter({ hasText: 'This part could not be loaded.' })
  await expect(missing).toBeVisible()
  await visitor.picture('part-missing')
  await expect(message).toHaveValue('Half a senten')
  await missing.getByRole('button', { name: 'Try again' }).click()
  await expect(missing).toBeVisible()
  await page.unroute(/\/assets\/JoinVideo-/)
  await missing.getByRole('button', { name: 'Reload the page' }).click()
  await expect(missing).toHaveCount(0)
  await expect(message).toHaveValue('Half a senten')
  await visitor.reads('a student ticket 120 euros')
  await page.getByRole('button', { name: 'Video', exact: true }).click()
  await expect(page.getByRole('dialog', { name: 'Join by video' })).toBeVisible()
})

test('after kill -9 open pages recover without a reload; what was said meanwhile arrives, in one order and once', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(dana, talk)
  const guest = await guestComesIn(browser, talk, mail, 'Gus', 'gus@guest.example')
  const everybody = [visitor, dana, guest]
  for (const person of everybody) await marks(person)
  await dana.says('Before the power cut.')
  await guest.reads('Before the power cut.')

  await server.kill()
  for (const person of everybody) await expect(lost(person)).toBeVisible()
  await writes(visitor, 'Said by the visitor in the dark.')
  await writes(dana, 'Said by the owner in the dark.')
  await visitor.page.getByRole('textbox', { name: 'Message' }).fill('Half a senten')
  await expect(visitor.page.getByText('Will be sent when the connection is back')).toBeVisible()
  await visitor.picture('recovery-1-in-the-dark')
  await server.startAgain()

  for (const person of everybody) {
    await person.reads('Said by the visitor in the dark.')
    await person.reads('Said by the owner in the dark.')
    await expect(lost(person)).toHaveCount(0)
    expect(await stayed(person)).toBe(true)
  }
  await expect(visitor.page.getByRole('textbox', { name: 'Message' })).toHaveValue('Half a senten')
  await expect(visitor.page.getByRole('list', { name: 'Not yet sent' })).toHaveCount(0)
  // Nobody had to be let in again, and the persona did not take the floor.
  await visitor.says('And after it.')
  await guest.reads('And after it.')
  await visitor.doesNotRead(/answers again/)
  await visitor.picture('recovery-2-after')

  const seen = await transcript(visitor)
  expect(seen.length).toBeGreaterThan(5)
  expect(new Set(seen).size).toBe(seen.length)
  expect(await transcript(dana)).toEqual(seen)
  expect(await transcript(guest)).toEqual(seen.slice(-(await transcript(guest)).length))
})

test('what is typed but not sent, and what was sent but not taken, survives even a reload', async ({ browser }) => {
  const { visitor } = await Talk.begins(browser, server.url, persona)
  await visitor.reads('a student ticket 120 euros')
  await server.kill()
  await expect(lost(visitor)).toBeVisible()
  await writes(visitor, 'Is there parking at the venue?')
  await visitor.page.getByRole('textbox', { name: 'Message' }).fill('And one more thi')
  // The tab is closed while nobody answers, and opened again later.
  await visitor.page.close()
  await server.startAgain()
  const page = await visitor.context.newPage()
  await page.goto(`${server.url}/p/${persona}`)
  const log = page.getByRole('log', { name: 'Messages' })
  await expect(log.getByText('Is there parking at the venue?')).toHaveCount(1)
  await expect(log.getByText('There is no parking at the venue.', { exact: false })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('And one more thi')
})

test('a knock, a waiting room and the dashboard recover as well', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await priya.page.goto(talk.url)
  await priya.presses('Knock')
  await expect(visitor.page.getByRole('button', { name: 'Let the user in' })).toBeVisible()
  await dana.page.goto(`${server.url}/dashboard/handoffs`)
  await expect(dana.page.getByText('Nobody waits for you')).toBeVisible()
  for (const person of [visitor, priya, dana]) await marks(person)

  await server.kill()
  await expect(lost(visitor)).toBeVisible()
  await expect(lost(priya)).toBeVisible()
  await expect(dana.page.getByText('The connection is gone. What you see may be old; trying again…')).toBeVisible()
  await dana.picture('recovery-3-dashboard')
  await server.startAgain()

  await visitor.presses('Let the user in')
  await expect(priya.page.getByRole('button', { name: 'Join' })).toBeVisible()
  await server.killAndRestart()
  await priya.presses('Join')
  await priya.reads('a student ticket 120 euros')
  await visitor.says('Can you sponsor my startup?')
  await expect(dana.page.getByText('Can you sponsor my startup?')).toHaveCount(0)
  await visitor.says('Michael, can you sponsor my startup?')
  await expect(dana.page.getByText('Michael, can you sponsor my startup?')).toBeVisible()
  await expect(dana.page.getByText('The connection is gone.', { exact: false })).toHaveCount(0)
  for (const person of [visitor, priya, dana]) expect(await stayed(person)).toBe(true)
})

test('a log that goes to a file has no colour codes', async () => {
  const logging = await TrialogueServer.start({ demo: false, env: { RUST_LOG: 'debug' } })
  try {
    await expect.poll(() => logging.output).toContain('DEBUG')
    expect(logging.output).not.toContain('\u001b')
  } finally {
    await logging.stop()
  }
})
