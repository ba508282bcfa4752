import { readFile } from 'node:fs/promises'
import { type Browser, expect, type Locator, test } from '@playwright/test'
import { LanguageModel } from '../support/language-model.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { choosesOn, comesIn, messages, nothingIsDue, ofThePersona } from '../support/room.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'
import { Wire } from '../support/wire.ts'

// One floor, with a version: what happens while the persona speaks. A scripted model says its answer as slowly as each scenario needs.

const AIRPORT = 'How do I get from the airport to the venue?'
const KEYNOTE = 'Who gives the keynote on Friday?'

const model = new LanguageModel()
let server: TrialogueServer
let persona: string
let dana: Person
let priya: Person

test.beforeAll(async () => {
  server = await TrialogueServer.start({ env: await model.start() })
  persona = await demoPersona(server.url)
})

test.beforeEach(async ({ browser }) => {
  dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
})

test.afterEach(everybodyLeaves)

test.afterAll(async () => {
  await server?.stop()
  await model.stop()
})

const begins = (browser: Browser, words: string): Promise<Talk> => Talk.begins(browser, server.url, persona, words)

/** A conversation in which the persona has answered once, so that somebody may come in before it speaks again. */
async function goesOn(browser: Browser): Promise<Talk> {
  const talk = await begins(browser, 'Is there parking at the venue?')
  const asked = await model.isAsked()
  asked.says('No, there is none.')
  asked.ends()
  await talk.visitor.reads('No, there is none.')
  return talk
}

/** What the persona is saying and has not said. */
const saying = (reader: Person): Locator => reader.page.locator('[data-provisional]')

test('an answer is shown as it is said, and stays as it was shown', async ({ browser }) => {
  const { visitor } = await begins(browser, AIRPORT)
  const asked = await model.isAsked()
  expect(asked.question).toBe(AIRPORT)
  asked.says('Take the light rail')
  await expect(saying(visitor)).toContainText('Take the light rail')
  await visitor.picture('turns-1-saying')
  asked.says(' to Byparken.')
  await expect(saying(visitor)).toContainText('Take the light rail to Byparken.')
  asked.ends()
  await visitor.reads('Take the light rail to Byparken.')
  await expect(saying(visitor)).toHaveCount(0)
  await expect(ofThePersona(visitor)).toHaveCount(2)
})

test('the stop button stops it, and nothing of the answer is published', async ({ browser }) => {
  const { visitor } = await begins(browser, AIRPORT)
  const asked = await model.isAsked()
  asked.says('Take the light rail')
  await expect(saying(visitor)).toContainText('Take the light rail')
  await visitor.presses('Stop Michael (AI)')
  await expect(saying(visitor)).toHaveCount(0)
  asked.says(' to Byparken.')
  asked.ends()
  await nothingIsDue(server.url)
  await visitor.page.reload()
  await visitor.reads(AIRPORT)
  await expect(ofThePersona(visitor)).toHaveCount(1)
})

test('“Michael, stop” stops it', async ({ browser }) => {
  const { visitor } = await begins(browser, AIRPORT)
  const asked = await model.isAsked()
  asked.says('Take the light rail')
  await expect(saying(visitor)).toContainText('Take the light rail')
  await visitor.says('Michael, stop')
  await expect(saying(visitor)).toHaveCount(0)
  asked.says(' to Byparken.')
  asked.ends()
  await nothingIsDue(server.url)
  await expect(ofThePersona(visitor)).toHaveCount(1)
})

test('when the asker takes the question back, the answer is dropped', async ({ browser }) => {
  const { visitor } = await begins(browser, AIRPORT)
  const asked = await model.isAsked()
  asked.says('Take the light rail')
  await expect(saying(visitor)).toContainText('Take the light rail')
  await choosesOn(visitor, messages(visitor, AIRPORT), 'Take back')
  await expect(saying(visitor)).toHaveCount(0)
  await visitor.reads('Taken back')
  asked.says(' to Byparken.')
  asked.ends()
  await nothingIsDue(server.url)
  await expect(ofThePersona(visitor)).toHaveCount(1)
  await visitor.doesNotRead(AIRPORT)
})

test('when another human than the asker speaks, the answer is dropped', async ({ browser }) => {
  const talk = await goesOn(browser)
  const { visitor } = talk
  await comesIn(priya, talk)
  await visitor.says(`Michael, ${KEYNOTE}`)
  const asked = await model.isAsked()
  asked.says('It is Tomasz')
  await expect(saying(visitor)).toContainText('It is Tomasz')
  await expect(saying(priya)).toContainText('It is Tomasz')
  await priya.says('I can tell you that.')
  for (const reader of [visitor, priya]) await expect(saying(reader)).toHaveCount(0)
  asked.says(' Wilk.')
  asked.ends()
  await nothingIsDue(server.url)
  await visitor.doesNotRead(/Tomasz/)
  await priya.doesNotRead(/Tomasz/)
})

test('when the owner joins, what it was saying is kept as their private draft, which they edit and send', async ({ browser }) => {
  const talk = await goesOn(browser)
  const { visitor } = talk
  await dana.page.goto(talk.url)
  await dana.presses('Knock')
  await visitor.presses('Let the user in')
  await expect(dana.page.getByRole('button', { name: 'Join' })).toBeVisible()

  await visitor.says(AIRPORT)
  const asked = await model.isAsked()
  asked.says('Take the light rail to Nesttun')
  await expect(saying(visitor)).toContainText('Take the light rail to Nesttun')
  await dana.presses('Join')
  await visitor.reads(/Dana Weber is here now, so I'll step back/)
  await expect(saying(visitor)).toHaveCount(0)

  const draft = dana.page.getByRole('region', { name: 'The AI’s draft, for you alone' })
  await expect(draft).toContainText('Take the light rail to Nesttun')
  await dana.picture('turns-2-draft-owner')
  const atVisitor = Wire.of(visitor)
  await visitor.page.reload()
  await visitor.reads(/Dana Weber is here now/)
  await visitor.picture('turns-2-draft-visitor')
  await expect(visitor.page.getByText('draft')).toHaveCount(0)

  await draft.getByRole('button', { name: 'Use in my message' }).click()
  await expect(dana.page.getByRole('textbox', { name: 'Message' })).toHaveValue('Take the light rail to Nesttun')
  await dana.says('Take the light rail to Byparken, not a taxi.')
  const edited = messages(visitor, 'Take the light rail to Byparken')
  await expect(edited).toHaveAttribute('data-provenance', 'person')
  await expect(edited).toContainText('AI text, edited by Dana Weber')
  await visitor.picture('turns-3-edited')
  const all = await atVisitor.all()
  expect(all).toContain('Take the light rail to Byparken')
  expect(all).not.toContain('Nesttun')

  const download = visitor.page.waitForEvent('download')
  await visitor.chooses('Save as text')
  const text = await readFile(await (await download).path(), 'utf8')
  expect(text).toContain('Dana Weber [AI text, edited and sent by Dana Weber]: Take the light rail to Byparken, not a taxi.')
  expect(text).not.toContain('Nesttun')
})

test('the asker’s own next message joins the turn if nothing of the answer was shown yet', async ({ browser }) => {
  const { visitor } = await begins(browser, KEYNOTE)
  const first = await model.isAsked()
  await visitor.says('And on Thursday?')
  const both = await model.isAsked()
  expect(both.question).toBe(`${KEYNOTE}\nAnd on Thursday?`)
  first.says('An answer to half of it.')
  first.ends()
  both.says('Tomasz Wilk, and Ingrid Solheim on Thursday.')
  both.ends()
  await visitor.reads('Tomasz Wilk, and Ingrid Solheim on Thursday.')
  await nothingIsDue(server.url)
  await visitor.doesNotRead('An answer to half of it.')
  await expect(ofThePersona(visitor)).toHaveCount(2)
})

test('otherwise the asker’s next message waits its turn', async ({ browser }) => {
  const { visitor } = await begins(browser, AIRPORT)
  const first = await model.isAsked()
  first.says('Take the light rail')
  await expect(saying(visitor)).toContainText('Take the light rail')
  await visitor.says(KEYNOTE)
  await expect(saying(visitor)).toContainText('Take the light rail')
  first.says(' to Byparken.')
  first.ends()
  await visitor.reads('Take the light rail to Byparken.')
  const second = await model.isAsked()
  expect(second.question).toBe(KEYNOTE)
  second.says('Tomasz Wilk does.')
  second.ends()
  await visitor.reads('Tomasz Wilk does.')
  await expect(ofThePersona(visitor)).toHaveCount(3)
})

test('after kill -9 in the middle of an answer, the question is asked again and answered once', async ({ browser }) => {
  const { visitor } = await begins(browser, AIRPORT)
  const broken = await model.isAsked()
  broken.says('Take the light rail')
  await expect(saying(visitor)).toContainText('Take the light rail')
  await server.killAndRestart()
  const again = await model.isAsked()
  expect(again.question).toBe(AIRPORT)
  again.says('The light rail takes 45 minutes.')
  again.ends()
  await visitor.reads('The light rail takes 45 minutes.')
  await nothingIsDue(server.url)
  await expect(ofThePersona(visitor)).toHaveCount(2)
})
