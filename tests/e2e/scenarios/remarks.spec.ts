import { expect, test } from '@playwright/test'
import { MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { comesIn, messages, ofThePersona } from '../support/room.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

// What people told the visitor is known to the persona when it takes the floor again.

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

test('the persona resumes knowing what was said and promised', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona, 'Is there a bike rack at the venue?')
  const { visitor } = talk
  await visitor.reads(/I'm asking Dana Weber/)
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await comesIn(dana, talk)
  await dana.says('Hi Sam, Dana here.')
  await dana.says('Yes, there are stands for forty bikes in the courtyard.')
  await dana.says("And I'll send you a map tomorrow.")
  await visitor.reads("And I'll send you a map tomorrow.")
  await dana.chooses('Leave')
  await dana.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await visitor.reads('Dana Weber left. Michael answers again.')

  await visitor.says('Do you have a rack for bikes?')
  await visitor.reads(/Dana Weber said (just now|a minute ago): “Yes, there are stands for forty bikes in the courtyard.”/)
  await visitor.says('When do I get the map?')
  await visitor.reads(/Dana Weber said (just now|a minute ago): “And I'll send you a map tomorrow.”/)
  await expect(visitor.log.getByText(/I'm asking Dana Weber|what I asked Dana Weber/)).toHaveCount(1)

  // The source is Dana's own message, a click away.
  const told = ofThePersona(visitor).filter({ hasText: 'forty bikes' })
  const source = told.getByRole('list', { name: 'Sources' }).getByRole('link', { name: 'Dana Weber, in this conversation' })
  await source.click()
  const cited = visitor.page.locator('li[data-provenance]:target')
  await expect(cited).toHaveAttribute('data-provenance', 'person')
  await expect(cited).toContainText('forty bikes in the courtyard')
  await expect(messages(visitor, 'forty bikes')).toHaveCount(2)
  // The messages are scrolled, and not the page under them.
  expect(await visitor.page.evaluate(() => document.scrollingElement?.scrollTop)).toBe(0)
  await visitor.picture('remarks-1-known-again')
})
