import { expect, type Locator, test } from '@playwright/test'
import { linkIn, MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { makesPersona, userId } from '../support/persona.ts'
import { messages, nothingIsDue, ofThePersona } from '../support/room.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

// Handoff: how a person is called in. One scenario for each sentence of the rule. Each has a persona of its own, so that mails can
// be told apart by its name.

const DANA = 'dana@demo.example'
const PRIYA = 'priya@demo.example'
/** A step of the chain, and a little. */
const A_STEP_S = 5 * 60 + 1
const TICKETS = { 'What does a day ticket cost?': 'A day ticket costs 90 euros.' }

const mail = new MailServer()
let server: TrialogueServer
let dana: Person
let priya: Person
let priyaId: string

test.beforeAll(async () => {
  server = await TrialogueServer.start({ smtpPort: await mail.start(), movableClock: true })
  await demoPersona(server.url)
})

test.beforeEach(async ({ browser }) => {
  dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  priyaId ??= await userId(dana, PRIYA)
})

test.afterEach(everybodyLeaves)

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

const subjectsTo = (address: string, words: string): string[] =>
  mail
    .mailsTo(address)
    .map(({ subject }) => subject ?? '')
    .filter((subject) => subject.includes(words))

/** The mail to this address whose subject has these words, once it has come. */
async function mailWith(address: string, words: string) {
  await expect.poll(() => subjectsTo(address, words)).not.toEqual([])
  const found = mail.mailsTo(address).find(({ subject }) => subject?.includes(words))
  if (!found) throw new Error(`the mail with ${words} is gone`)
  return found
}

/** The handoff with this question in a user's inbox. */
async function inInbox(user: Person, question: string, state: 'open' | 'closed' = 'open'): Promise<Locator> {
  await user.page.goto(`${server.url}/dashboard/handoffs${state === 'closed' ? '?state=closed' : ''}`)
  const card = user.page.getByRole('listitem').filter({ has: user.page.getByText(question, { exact: true }) }).first()
  await expect(card).toBeVisible()
  return card
}

const truth = (visitor: Person): Locator => visitor.page.getByRole('region', { name: 'Your question to a person' })

/** Comes by the link of a handoff's mail, already signed in, and is let in. */
async function comesByMail(user: Person, address: string, words: string, { visitor }: Talk): Promise<void> {
  await user.page.goto(linkIn(await mailWith(address, words), '/c/'))
  await user.presses('Knock')
  await visitor.presses('Let the user in')
  await user.presses('Join')
  await expect(user.log).toBeVisible()
}

test('a handoff is raised when the answerer says it cannot answer, and the persona tells the visitor whom it is asking', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Ada', TICKETS)
  const { visitor } = await Talk.begins(browser, server.url, persona, 'Who designed the opera house in Sydney?')
  await visitor.reads("I can't answer that from what I know, so I'm asking Dana Weber. You will see here when they come.")
  await expect(truth(visitor)).toContainText('Dana Weber has been asked to help')
  await inInbox(dana, 'Who designed the opera house in Sydney?')
  await dana.picture('handoff-1-inbox')
})

test('a handoff is raised when the confidence is below the persona’s threshold', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Bodil', TICKETS)
  const question = 'Can I buy a ticket for one day?'
  const bold = await Talk.begins(browser, server.url, persona, question)
  await bold.visitor.reads('A day ticket costs 90 euros.')
  await dana.asks('PATCH', `/personas/${persona}`, { confidence_threshold: 99 })
  const cautious = await Talk.begins(browser, server.url, persona, question)
  await cautious.visitor.reads(/I'm asking Dana Weber/)
  await cautious.visitor.doesNotRead('A day ticket costs 90 euros.')
  await expect(await inInbox(dana, question)).toContainText(/Confidence \d+ %, below the threshold of 99 %/)
})

test('a handoff is raised when the visitor asks for a person', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Cleo', TICKETS)
  const { visitor } = await Talk.begins(browser, server.url, persona, 'Can I talk to a real person, please?')
  await visitor.reads("I'm asking Dana Weber to join us. You will see here when they come.")
  await expect(await inInbox(dana, 'Can I talk to a real person, please?')).toContainText('The visitor asked for a person.')
})

test('a handoff is raised when a topic comes up that the owner listed', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Dario', { 'How do I get a refund?': 'Write to us for a refund.' }, { handoff_topics: ['refund'] })
  const { visitor } = await Talk.begins(browser, server.url, persona, 'How do I get a refund?')
  await visitor.reads("That is for Dana Weber to answer, so I'm asking them. You will see here when they come.")
  await visitor.doesNotRead('Write to us for a refund.')
  await expect(await inInbox(dana, 'How do I get a refund?')).toContainText('The topic “refund” always goes to a person.')
})

test('the owner gets one e-mail per open handoff; further questions join it', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Edda', TICKETS)
  const talk = await Talk.begins(browser, server.url, persona, 'Which river runs through Vienna?')
  const { visitor } = talk
  await visitor.reads(/I'm asking Dana Weber/)
  await mailWith(DANA, 'Edda')
  for (const [question, number] of [['And which one through Prague?', 1], ['Who painted the ceiling of the Sistine Chapel?', 2]] as const) {
    await visitor.says(question)
    await expect(visitor.log.getByText("I've added this to what I asked Dana Weber.")).toHaveCount(number)
  }
  await nothingIsDue(server.url)
  expect(subjectsTo(DANA, 'Edda')).toHaveLength(1)

  await comesByMail(dana, DANA, 'Edda', talk)
  const brief = dana.page.getByRole('region', { name: 'Brief' })
  for (const question of ['Which river runs through Vienna?', 'And which one through Prague?', 'Who painted the ceiling of the Sistine Chapel?']) {
    await expect(brief.getByText(question).last()).toBeVisible()
  }
})

test('the e-mail has the question, the last turns and the join link', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Farid', TICKETS)
  const talk = await Talk.begins(browser, server.url, persona, 'What does a day ticket cost?')
  await talk.visitor.reads('A day ticket costs 90 euros.')
  await talk.visitor.says('Will there be an interpreter for Portuguese?')
  await talk.visitor.reads(/I'm asking Dana Weber/)
  const called = await mailWith(DANA, 'Farid')
  expect(called.subject).toBe('Sam asks Farid: Will there be an interpreter for Portuguese?')
  for (const part of [called.text, called.html]) {
    expect(part).toContain('Will there be an interpreter for Portuguese?')
    expect(part).toContain('What does a day ticket cost?')
    expect(part).toContain('A day ticket costs 90 euros.')
    expect(part).toContain(`${server.url}/c/${talk.id}?handoff=`)
  }
  const reader = await browser.newPage()
  await reader.setContent(called.html ?? '')
  await reader.screenshot({ path: '../../test-results/screenshots/handoff-2-mail.png', fullPage: true })
  await reader.close()
})

test('with in-call users off, the e-mail has no join link', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Gerda', TICKETS, { in_call_users: false })
  const talk = await Talk.begins(browser, server.url, persona, 'Can you sponsor my startup?')
  await talk.visitor.reads(/I'm asking Dana Weber/)
  const called = await mailWith(DANA, 'Gerda')
  for (const part of [called.text, called.html]) {
    expect(part).not.toContain('/c/')
    expect(part).toContain('in-call users is switched off for Gerda')
    expect(part).toContain(`${server.url}/dashboard/handoffs`)
  }
})

test('the owner is told on the dashboard and by the browser', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Hilde', TICKETS)
  await dana.context.grantPermissions(['notifications', 'clipboard-read', 'clipboard-write'])
  await dana.page.addInitScript(() => {
    const shown: string[] = []
    Object.assign(window, { shown })
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options)
        shown.push(`${title}: ${options?.body}`)
      }
    }
  })
  await dana.page.goto(`${server.url}/dashboard/handoffs`)
  await dana.presses('Turn on browser notifications')
  await dana.page.getByRole('link', { name: 'Personas' }).click()
  const waiting = dana.page.getByRole('link', { name: /Handoffs/ })
  const before = Number((await waiting.textContent())?.match(/\d+/)?.[0] ?? 0)

  await Talk.begins(browser, server.url, persona, 'Where can I park my boat?')
  await expect(waiting).toContainText(`${before + 1} waiting`)
  expect(await dana.page.evaluate(() => (window as unknown as { shown: string[] }).shown)).toContain('Sam needs you: Where can I park my boat?')
  await dana.picture('handoff-3-dashboard')
})

test('if nobody takes it in time, the chain goes on to the backup users', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Ivo', TICKETS, { backups: [priyaId] })
  const { visitor } = await Talk.begins(browser, server.url, persona, 'Do you have a lost property office?')
  await mailWith(DANA, 'Ivo')
  await nothingIsDue(server.url)
  expect(subjectsTo(PRIYA, 'Ivo')).toHaveLength(0)
  await server.timePasses(A_STEP_S)
  await visitor.reads('Priya Nair is asked now')
  await mailWith(PRIYA, 'Ivo')
  await expect(truth(visitor)).toContainText('Priya Nair has been asked to help')
  await visitor.picture('handoff-4-chain')
})

test('at the end of the chain it asks the visitor for an e-mail address, and the answer is sent when given', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Jonas', TICKETS)
  const { visitor } = await Talk.begins(browser, server.url, persona, 'Is the cloakroom guarded at night?')
  await mailWith(DANA, 'Jonas')
  await server.timePasses(A_STEP_S)
  await visitor.reads('Nobody could come just now. Leave your e-mail address, and Dana Weber will answer you there.')
  await visitor.picture('handoff-5-asks-for-address')
  await visitor.page.getByLabel('Where shall the answer be sent?').fill('sam@visitor.example')
  await visitor.presses('Send me the answer')
  await expect(truth(visitor)).toContainText('The answer will be sent to sam@visitor.example')
  // Whoever owes it hears so.
  await expect.poll(() => subjectsTo(DANA, 'Is the cloakroom guarded at night?').length).toBe(2)

  const owed = await inInbox(dana, 'Is the cloakroom guarded at night?')
  await expect(owed).toContainText('Follow-up owed')
  await owed.getByRole('button', { name: 'Write the answer' }).click()
  await dana.page.getByLabel('Your answer').fill('Yes, somebody is there until eight in the morning.')
  await dana.picture('handoff-6-writes-the-answer')
  await dana.presses('Send the answer')
  const answer = await mail.mailTo('sam@visitor.example')
  expect(answer.text).toContain('Is the cloakroom guarded at night?')
  expect(answer.text).toContain('Yes, somebody is there until eight in the morning.')
  expect(answer.text).toContain('Written by Dana Weber.')
  // Promised in the conversation, too.
  await visitor.reads('Yes, somebody is there until eight in the morning.')
  await visitor.picture('handoff-7-answer-in-writing')
})

test('a handoff is one lease over all channels: the first claim wins and the other notices are withdrawn', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Karim', TICKETS, { backups: [priyaId] })
  const question = 'Could my choir sing at the opening?'
  const { visitor } = await Talk.begins(browser, server.url, persona, question)
  await mailWith(DANA, 'Karim')
  await server.timePasses(A_STEP_S)
  await mailWith(PRIYA, 'Karim')

  const cards = [await inInbox(dana, question), await inInbox(priya, question)]
  for (const card of cards) await expect(card.getByRole('button', { name: 'Take it' })).toBeVisible()
  await Promise.all(cards.map((card) => card.getByRole('button', { name: 'Take it' }).click()))
  await expect(truth(visitor)).toContainText(/(Dana Weber|Priya Nair) is taking care of your question/)
  const winner = (await truth(visitor).textContent())?.includes('Dana Weber') ? 'Dana Weber' : 'Priya Nair'
  const [first, second] = winner === 'Dana Weber' ? [dana, priya] : [priya, dana]
  await expect(first.page.getByText('It is yours. Nobody else is asked any more.')).toBeVisible()
  await expect(second.page.getByText(new RegExp(`${winner}.*(took|taken|takes)`)).first()).toBeVisible()
  // The owner goes on seeing it; a backup who was not first has nothing to do any more.
  const [ownersCard, backupsCard] = cards as [Locator, Locator]
  const staying = winner === 'Dana Weber' ? [ownersCard] : [ownersCard, backupsCard]
  for (const card of staying) {
    await expect(card).toContainText('Taken')
    await expect(card).toContainText(`${winner} told`)
    await expect(card.getByRole('button', { name: 'Take it' })).toHaveCount(0)
  }
  if (winner === 'Dana Weber') await expect(backupsCard).toHaveCount(0)
  await expect(ownersCard).toContainText('notice withdrawn')
  await second.picture('handoff-8-somebody-was-first')
  await mailWith(winner === 'Dana Weber' ? PRIYA : DANA, `${winner} has taken this: ${question}`)
  await nothingIsDue(server.url)
  expect(subjectsTo(winner === 'Dana Weber' ? DANA : PRIYA, `has taken this: ${question}`)).toHaveLength(0)
})

test('a claim that runs out moves on to the next person', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Lotte', TICKETS, { backups: [priyaId] })
  const question = 'Is there a chess club?'
  const { visitor } = await Talk.begins(browser, server.url, persona, question)
  await mailWith(DANA, 'Lotte')
  await (await inInbox(dana, question)).getByRole('button', { name: 'Take it' }).click()
  await expect(truth(visitor)).toContainText('Dana Weber is taking care of your question')
  await server.timePasses(A_STEP_S)
  await visitor.reads('Priya Nair is asked now')
  await mailWith(PRIYA, 'Lotte')
})

test('the visitor sees the truth: told, opened, not yet joined', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Mirko', TICKETS)
  const talk = await Talk.begins(browser, server.url, persona, 'Which museum is closest to you?')
  const { visitor } = talk
  const status = truth(visitor).getByRole('status')
  const called = await mailWith(DANA, 'Mirko')
  await expect(status).toHaveText(/^told \d{1,2}:\d\d( [AP]M)?, not yet opened, not yet joined$/)
  await visitor.picture('handoff-9-told')
  await dana.page.goto(linkIn(called, '/c/'))
  await expect(dana.page.getByRole('button', { name: 'Knock' })).toBeVisible()
  await expect(status).toHaveText(/^told \d{1,2}:\d\d( [AP]M)?, opened \d{1,2}:\d\d( [AP]M)?, not yet joined$/)
  await visitor.picture('handoff-10-opened')
  await dana.presses('Knock')
  await visitor.presses('Let the user in')
  await dana.presses('Join')
  await expect(truth(visitor)).toContainText('Dana Weber is taking care of your question')
})

test('the visitor can cancel', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Nadia', TICKETS)
  const question = 'Do you rent out bicycles?'
  const { visitor } = await Talk.begins(browser, server.url, persona, question)
  await mailWith(DANA, 'Nadia')
  await expect(truth(visitor)).toContainText('Told')
  await visitor.presses('Cancel request')
  await visitor.reads('You cancelled the request')
  await expect(truth(visitor)).toHaveCount(0)
  await expect(await inInbox(dana, question, 'closed')).toContainText('Cancelled by visitor')
  await expect.poll(() => subjectsTo(DANA, question).length).toBe(2)
})

test('no handoff is dropped: at the conversation’s end it is a follow-up with an owner', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Oskar', TICKETS)
  const question = 'May I bring my parrot?'
  const { visitor } = await Talk.begins(browser, server.url, persona, question)
  await mailWith(DANA, 'Oskar')
  await visitor.chooses('End conversation')
  await visitor.page.getByRole('dialog').getByRole('button', { name: 'End conversation' }).click()
  await visitor.reads('You ended this conversation')
  await visitor.reads('Your question stays open. Leave your e-mail address, and Dana Weber will answer you there.')
  await expect(truth(visitor)).toContainText('Dana Weber owes you an answer')
  await visitor.picture('handoff-11-owed-after-the-end')
  const owed = await inInbox(dana, question)
  await expect(owed).toContainText('Follow-up owed')
  await owed.getByRole('button', { name: 'Write the answer' }).click()
  await dana.page.getByLabel('Your answer').fill('Parrots are welcome.')
  await dana.presses('Send the answer')
  await visitor.reads('Parrots are welcome.')
  await expect(truth(visitor)).toHaveCount(0)
})

test('whoever joins gets a brief first: who, what was asked, what was tried, the open question', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Petra', TICKETS, { backups: [priyaId] })
  const talk = await Talk.begins(browser, server.url, persona, 'What does a day ticket cost?')
  await talk.visitor.reads('A day ticket costs 90 euros.')
  await talk.visitor.says('Which composer was born in Bonn?')
  await talk.visitor.reads(/I'm asking Dana Weber/)
  await mailWith(DANA, 'Petra')
  await server.timePasses(A_STEP_S)
  // It went on to Priya; the brief is for whoever comes.
  await comesByMail(priya, PRIYA, 'Petra', talk)
  const brief = priya.page.getByRole('region', { name: 'Brief' })
  await expect(brief).toContainText('Brief: Which composer was born in Bonn?')
  for (const [term, words] of [
    ['Visitor', 'Sam'],
    ['Asked', 'Which composer was born in Bonn?'],
    ['Tried', 'A day ticket costs 90 euros.'],
    ['Why you', /sources do not hold an answer|% sure/],
    ['Now', 'Priya Nair takes care of it.'],
  ] as const) {
    const fact = brief.locator('div').filter({ has: priya.page.getByText(term, { exact: true }) }).last()
    await expect(fact.locator('dd')).toContainText(words)
  }
  await priya.picture('handoff-12-brief')
})

test('an owner’s answer is kept as knowledge with one click, and the next visitor gets it from the persona', async ({ browser }) => {
  const persona = await makesPersona(dana, 'Quentin', TICKETS)
  const talk = await Talk.begins(browser, server.url, persona, 'Where do I charge an electric car?')
  await talk.visitor.reads(/I'm asking Dana Weber/)
  await comesByMail(dana, DANA, 'Quentin', talk)
  await dana.says('There are four charging points behind the Harbour Hall.')
  await messages(dana, 'There are four charging points').getByRole('button', { name: 'Keep as knowledge' }).click()
  await dana.reads('Quentin will know this from now on: “Where do I charge an electric car?”')
  await dana.picture('handoff-13-kept')
  await nothingIsDue(server.url)

  const next = await Talk.begins(browser, server.url, persona, 'Where can I charge my electric car?')
  await next.visitor.reads('There are four charging points behind the Harbour Hall.')
  await expect(ofThePersona(next.visitor).last()).toContainText('There are four charging points')
  await expect(truth(next.visitor)).toHaveCount(0)
  await next.visitor.picture('handoff-14-next-visitor')
})
