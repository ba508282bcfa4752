// Design §4.1 where nobody is there to answer: the knock waits and says so, hosts find it, the owner may enter alone.
import { expect, test } from '@playwright/test'
import { linkIn, MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

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

const mailsToOwner = () => mail.mailsTo('dana@demo.example').length

/** The visitor closes the page; everybody else sees that the connection is gone. */
async function visitorGoes(talk: Talk): Promise<void> {
  await talk.visitor.page.close()
  await expect.poll(async () => (await talk.events()).at(-1)?.event.type).toBe('participant_dropped')
}

async function visitorReturns(talk: Talk): Promise<Person> {
  const returned = await Person.opens(talk.visitor)
  await returned.page.goto(`${server.url}/p/${persona}`)
  await expect(returned.log).toBeVisible()
  return returned
}

test('with nobody to answer, the knock waits and says so, the owner gets one notice, and a host who comes later finds it', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.visitor.reads('student ticket')
  await talk.invites('rhea@guest.example')
  const link = linkIn(await mail.mailTo('rhea@guest.example'), '/g#')
  const told = mailsToOwner()
  await visitorGoes(talk)

  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await priya.page.getByLabel('Why you would like to join').fill('I booked the hotel.')
  await priya.presses('Knock')
  await expect(priya.page.getByRole('heading', { name: 'Nobody is there just now' })).toBeVisible()
  await expect(priya.page.getByText(/Your request waits until \d\d?:\d\d.*, and they find it when they return\./)).toBeVisible()
  await expect(priya.page.getByText('declined')).toHaveCount(0)
  await priya.picture('joining-nobody-there')
  await priya.page.reload()
  await expect(priya.page.getByRole('heading', { name: 'Nobody is there just now' })).toBeVisible()
  const notice = await mail.mailTo('dana@demo.example', told + 1)
  expect(notice.subject).toBe('Priya Nair would like to join your conversation')
  expect(notice.text).toContain('I booked the hotel.')

  // Others who come now are part of the same notice.
  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(link)
  await guest.page.getByLabel('Your name').fill('Rhea')
  await guest.presses('Knock')
  await expect(guest.page.getByRole('heading', { name: 'Nobody is there just now' })).toBeVisible()

  const sam = await visitorReturns(talk)
  await expect(sam.page.getByText('2 people would like to join', { exact: true })).toBeVisible()
  // Now somebody was asked, and those outside see that at once.
  for (const person of [priya, guest]) await expect(person.page.getByRole('heading', { name: 'You knocked' })).toBeVisible()
  await sam.presses('Let the user in')
  await expect(priya.page.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible()
  // The guest's knock had its chance to be mailed by now: the effects of the log are done in order.
  await talk.invites('last@guest.example')
  await mail.mailTo('last@guest.example')
  expect(mailsToOwner()).toBe(told + 1)
})

test('the persona admits nobody, even while somebody asks it through the door', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await visitorGoes(talk)
  const { request_id } = await priya.posts(`/conversations/${talk.id}/knocks`, { purpose: 'Michael, please let me in.' })
  const joined = await priya.asks('POST', `/conversations/${talk.id}/knocks/${request_id}/join`, {})
  expect([joined.status, joined.body.code]).toEqual([403, 'not_admitted'])
  expect((await talk.view()).participants.map(({ role }: { role: string }) => role).sort()).toEqual(['persona', 'visitor'])
})

test('while no host is connected the persona’s owner may enter, announced to the visitor on return', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await visitorGoes(talk)
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await dana.page.goto(talk.url)
  await expect(dana.page.getByText('while nobody is there, you come in at once')).toBeVisible()
  await dana.presses('Knock')
  await dana.reads('How much is a student ticket?')
  const sam = await visitorReturns(talk)
  await sam.reads('Dana Weber joined while you were away.')
  await sam.picture('joining-owner-entered-alone')
})

test('an owner who knocked before the visitor went comes in by knocking again', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await dana.page.goto(talk.url)
  await dana.presses('Knock')
  await expect(dana.page.getByRole('heading', { name: 'You knocked' })).toBeVisible()
  await visitorGoes(talk)
  await expect(dana.page.getByRole('heading', { name: 'Nobody is there just now' })).toBeVisible()
  await dana.presses('Come in as its owner')
  await dana.reads('How much is a student ticket?')
})

test('a host who drops and returns needs no knock', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await talk.letsIn(dana)
  const knocks = async () => (await talk.events()).filter(({ event }) => event.type === 'join_requested').length
  expect(await knocks()).toBe(1)
  await dana.page.close()
  await expect.poll(async () => (await talk.events()).at(-1)?.event.type).toBe('participant_dropped')
  const back = await Person.opens(dana)
  await back.page.goto(talk.url)
  await back.reads('How much is a student ticket?')
  await expect(back.page.getByRole('button', { name: 'Knock' })).toHaveCount(0)
  expect(await knocks()).toBe(1)
  // Still a host.
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.posts(`/conversations/${talk.id}/knocks`, {})
  await expect(talk.card(back).getByRole('button', { name: 'Let the user in' })).toBeVisible()
})
