// Design §4.1 where time alone decides: the server's clock is moved, the browsers' stays.
import { expect, test } from '@playwright/test'
import { linkIn, MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE

const mail = new MailServer()
let server: TrialogueServer
let persona: string

test.beforeAll(async () => {
  server = await TrialogueServer.start({ smtpPort: await mail.start(), movableClock: true })
  persona = await demoPersona(server.url)
})

test.afterEach(everybodyLeaves)

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

/** The page's own clock follows the server's: a “Knock again” button counts by it. */
async function pageKnowsTheTime({ page }: Person): Promise<void> {
  await page.clock.setSystemTime(server.now)
}

const strip = (person: Person) => person.page.getByRole('button', { name: 'People in this conversation:' })

test('a knock that nobody answers expires, and is not called declined', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await priya.presses('Knock')
  await expect(talk.card()).toBeVisible()
  await server.timePasses(29 * MINUTE)
  await expect(priya.page.getByRole('heading', { name: 'You knocked' })).toBeVisible()
  await server.timePasses(MINUTE + 1)
  await expect(priya.page.getByRole('heading', { name: 'Nobody answered in time' })).toBeVisible()
  await expect(priya.page.getByText('Your request has expired. Nobody declined it; you can knock again.')).toBeVisible()
  await expect(talk.card()).toHaveCount(0)
  await talk.visitor.reads('Priya Nair’s request to join expired')
  await priya.picture('joining-expired')
  await priya.page.reload()
  await expect(priya.page.getByRole('heading', { name: 'Nobody answered in time' })).toBeVisible()
  // One press is the knock itself.
  await priya.presses('Knock again')
  await expect(talk.card()).toBeVisible()
})

test('after a cool-down one may try again, at most three times an hour', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await pageKnowsTheTime(priya)
  await priya.page.goto(talk.url)
  const again = priya.page.getByRole('button', { name: 'Knock again' })
  await priya.page.getByLabel('Why you would like to join').fill('I booked the hotel.')
  await priya.presses('Knock')
  for (const number of [1, 2, 3]) {
    // What was said the first time is said again.
    await expect(talk.card()).toContainText('I booked the hotel.')
    await talk.visitor.presses('No thanks')
    await expect(priya.page.getByRole('heading', { name: 'Your request was declined' })).toBeVisible()
    await expect(again).toBeDisabled()
    const soon = await priya.asks('POST', `/conversations/${talk.id}/knocks`, {})
    expect([soon.status, soon.body.code]).toEqual([429, 'cooling_down'])
    await server.timePasses(MINUTE)
    await pageKnowsTheTime(priya)
    if (number === 3) break
    await expect(again).toBeEnabled()
    await again.click()
  }
  // The fourth within the hour: neither the page nor the API lets it through.
  await expect(again).toBeDisabled()
  const fourth = await priya.asks('POST', `/conversations/${talk.id}/knocks`, {})
  expect([fourth.status, fourth.body.code]).toEqual([429, 'too_many_knocks'])
  // Somebody else is not held up by it.
  const tom = await Person.arrivesSignedIn(browser, 'tom', server.url)
  await tom.posts(`/conversations/${talk.id}/knocks`, {})
  await expect(talk.card()).toContainText('Tom Okafor')
  await server.timePasses(HOUR)
  await pageKnowsTheTime(priya)
  await expect(again).toBeEnabled()
  await again.click()
  await expect(talk.card()).toContainText('Priya Nair')
})

test('a dropped connection holds its place for a minute, then shows as away, and coming back needs no knock', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await talk.letsIn(priya)
  await priya.page.close()
  await expect(strip(talk.visitor)).toContainText('connection lost, place held')
  await server.timePasses(55)
  await expect(strip(talk.visitor)).toContainText('connection lost, place held')
  await server.timePasses(6)
  await expect(strip(talk.visitor)).toContainText('away')
  await talk.visitor.picture('joining-away')
  const back = await Person.opens(priya)
  await back.page.goto(talk.url)
  await back.reads('How much is a student ticket?')
  await expect(strip(talk.visitor)).not.toContainText('away')
  expect((await talk.events()).filter(({ event }) => event.type === 'join_requested')).toHaveLength(1)
})

test('an invitation expires after a day, unless its guest came; then it stays good until the end', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const link = async (email: string) => {
    await talk.invites(email)
    return linkIn(await mail.mailTo(email), '/g#')
  }
  const [unused, used] = [await link('xena@guest.example'), await link('yves@guest.example')]
  const comes = async (url: string) => {
    const guest = await Person.arrives(browser, 'guest', server.url)
    await guest.page.goto(url)
    await guest.page.getByLabel('Your name').fill('Yves')
    await guest.presses('Knock')
    await talk.visitor.presses('Let the guest in')
    await guest.presses('Join')
    await expect(guest.log).toBeVisible()
    return guest
  }
  const yves = await comes(used)
  await yves.context.close()
  // Somebody speaks now and then, or the conversation itself would end first.
  await server.timePasses(13 * HOUR)
  await talk.visitorWrites('Still here.')
  await server.timePasses(11 * HOUR + MINUTE)

  const xena = await Person.arrives(browser, 'guest', server.url)
  await xena.page.goto(unused)
  await expect(xena.page.getByRole('heading', { name: 'This invitation has expired' })).toBeVisible()
  await expect(xena.page.getByRole('button', { name: 'Knock' })).toHaveCount(0)
  await xena.picture('joining-invitation-expired')
  const knock = await xena.asks('POST', '/guest-invitations/knock', { token: unused.split('#')[1], name: 'Xena' })
  expect([knock.status, knock.body.code]).toEqual([410, 'invitation_expired'])

  // From another browser, which has kept nothing: still inside, so not even a knock is needed.
  const again = await Person.arrives(browser, 'guest', server.url)
  await again.page.goto(used)
  await again.page.getByLabel('Your name').fill('Yves')
  await again.presses('Knock')
  await again.reads('Still here.')
})

test('an owner’s link that is too old still leads to the door', async ({ browser }) => {
  const before = mail.mailsTo('dana@demo.example').length
  const talk = await Talk.begins(browser, server.url, persona, 'I would like to speak with a person, please.')
  const link = linkIn(await mail.mailTo('dana@demo.example', before + 1), talk.id)
  for (let day = 1; day <= 8; day += 1) {
    await server.timePasses(23 * HOUR)
    await talk.visitorWrites('Still waiting.')
  }
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await dana.page.goto(link)
  await dana.presses('Knock')
  await expect(dana.page.getByText('This link is too old', { exact: false })).toBeVisible()
  await dana.presses('Knock')
  await expect(talk.card()).toContainText('owner of Michael')
})
