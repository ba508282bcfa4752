import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { makesPersona } from '../support/persona.ts'
import { comesIn, guestComesIn, messages, nothingIsDue, ofThePersona, whispers } from '../support/room.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'
import { Wire } from '../support/wire.ts'

// Whose words they are, and who reads them: provenance and whispers.

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

/** What the entry “Save as text” of the ⋮ menu saves. */
async function saved(person: Person): Promise<string> {
  const download = person.page.waitForEvent('download')
  await person.chooses('Save as text')
  return readFile(await (await download).path(), 'utf8')
}

test('every message bears its provenance: human, AI, AI on a person’s whisper, system; on screen and in an export', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(dana, talk)
  await dana.says('I am the person behind Michael.')
  await whispers(dana, /Staff and Michael/, 'The ferry leaves at six on both days.')
  await visitor.reads('The ferry leaves at six on both days.')
  await dana.chooses('Leave')
  await dana.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await visitor.reads('Dana Weber left. Michael answers again.')

  // Drawn, and said to screen readers.
  const marks = [
    ['How much is a student ticket?', 'person', 'Sam, visitor, a person'],
    ['a student ticket 120 euros', 'ai', 'Michael, an AI'],
    ['I am the person behind Michael.', 'person', 'Dana Weber, owner, a person'],
    ['The ferry leaves at six on both days.', 'ai', 'Michael, an AI'],
  ] as const
  for (const [text, provenance, spoken] of marks) {
    const message = messages(visitor, text)
    await expect(message).toHaveAttribute('data-provenance', provenance)
    await expect(message).toContainText(spoken)
  }
  // A notice of the house is nobody's message.
  await expect(messages(visitor, 'Dana Weber left. Michael answers again.')).toHaveCount(0)
  await visitor.picture('words-1-provenance-visitor')

  const export_ = await saved(visitor)
  expect(export_).toContain('Sam [human]: How much is a student ticket?')
  expect(export_).toContain('Michael [AI]: A regular ticket costs 480 euros')
  expect(export_).toContain('Dana Weber [human]: I am the person behind Michael.')
  expect(export_).toContain('Michael [AI]: The ferry leaves at six on both days.')
  expect(export_).toContain('Trialogue [system]: Dana Weber left. Michael answers again.')
})

test('an owner’s whisper never reaches a visitor or a guest', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  const atVisitor = Wire.of(visitor)
  await comesIn(dana, talk)
  const guest = await guestComesIn(browser, talk, mail, 'Gus', 'gus@guest.example')
  const atGuest = Wire.of(guest)
  await comesIn(priya, talk)

  await whispers(dana, 'Staff only', 'The marmalade budget is spent.')
  await priya.reads('The marmalade budget is spent.')
  await whispers(priya, 'Staff only', 'The marmalade can wait.')
  await dana.reads('The marmalade can wait.')
  await expect(messages(dana, 'The marmalade budget is spent.')).toContainText('Whisper to staff')
  await dana.picture('words-2-whisper-owner')
  const whisper = dana.page.getByRole('textbox', { name: 'Whisper' })
  await dana.page.getByRole('radio', { name: 'Staff only' }).click()
  await whisper.fill('Half a word about marmalade')
  await dana.page.reload()
  await expect(whisper, 'comes back as what it was meant to be').toHaveValue('Half a word about marmalade')
  await whisper.fill('')
  await dana.page.getByRole('radio', { name: 'Everyone' }).click()

  // Everybody reads something later: whatever was on its way has come.
  await dana.says('Back to the tickets.')
  for (const outsider of [visitor, guest]) {
    await outsider.reads('Back to the tickets.')
    await outsider.page.reload()
    await outsider.reads('Back to the tickets.')
    await outsider.doesNotRead(/marmalade/)
    expect(await outsider.page.content()).not.toContain('marmalade')
  }
  expect(await saved(visitor)).not.toContain('marmalade')
  for (const wire of [atVisitor, atGuest]) {
    const all = await wire.all()
    expect(all).toContain('Back to the tickets.')
    expect(all).not.toContain('marmalade')
  }
  await visitor.picture('words-2-whisper-visitor')
})

test('a whisper marked for the persona makes it speak; staff see on whose word, the others an AI’s words', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  const atVisitor = Wire.of(visitor)
  await visitor.page.reload()
  await comesIn(dana, talk)
  await comesIn(priya, talk)
  await whispers(dana, /Staff and Michael/, 'Lunch is served at noon on both days.')
  await visitor.reads('Lunch is served at noon on both days.')

  const spoken = ofThePersona(priya).filter({ hasText: 'Lunch is served at noon' })
  await expect(spoken).toContainText('at Dana Weber’s request')
  await expect(messages(priya, 'Lunch is served at noon').first()).toContainText('Whisper to staff and Michael (AI)')
  await priya.picture('words-3-on-a-whisper-staff')

  const read = messages(visitor, 'Lunch is served at noon')
  await expect(read).toHaveCount(1)
  await expect(read).toHaveAttribute('data-provenance', 'ai')
  await expect(read).not.toContainText('request')
  const all = await atVisitor.all()
  expect(all).toContain('Lunch is served at noon')
  expect(all).not.toMatch(/"kind":"ai_on_whisper"|"audience":"staff/)
})

test('a clone that shares its owner’s name is never mistaken for them, on screen or in an export', async ({ browser }) => {
  const twin = await makesPersona(dana, 'Dana Weber', { 'What does a day ticket cost?': 'A day ticket costs 90 euros.' })
  const talk = await Talk.begins(browser, server.url, twin, 'What does a day ticket cost?')
  const { visitor } = talk
  await visitor.reads('A day ticket costs 90 euros.')
  await comesIn(dana, talk)
  await dana.says('A day ticket costs 80 euros since yesterday.')
  await visitor.reads('A day ticket costs 80 euros since yesterday.')
  await expect(messages(visitor, 'costs 90 euros')).toContainText('Dana Weber, an AI')
  await expect(messages(visitor, 'costs 90 euros')).toHaveAttribute('data-provenance', 'ai')
  await expect(messages(visitor, 'costs 80 euros')).toContainText('Dana Weber, owner, a person')
  await expect(messages(visitor, 'costs 80 euros')).toHaveAttribute('data-provenance', 'person')
  await visitor.picture('words-4-twins')
  const text = await saved(visitor)
  expect(text).toContain('Dana Weber [AI]: A day ticket costs 90 euros.')
  expect(text).toContain('Dana Weber [human]: A day ticket costs 80 euros since yesterday.')
})

test('the persona’s words on a whisper are exported to staff with on whose word', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await comesIn(dana, talk)
  await whispers(dana, /Staff and Michael/, 'Coats are kept in the foyer.')
  await talk.visitor.reads('Coats are kept in the foyer.')
  const ofStaff = await saved(dana)
  expect(ofStaff).toContain('Dana Weber [human, whispered to staff and the persona]: Coats are kept in the foyer.')
  expect(ofStaff).toContain('Michael [AI, on a whisper of Dana Weber]: Coats are kept in the foyer.')
  await nothingIsDue(server.url)
  expect(await saved(talk.visitor)).not.toContain('whisper')
})
