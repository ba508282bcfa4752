import { type Browser, expect, type Locator } from '@playwright/test'
import { linkIn, type MailServer } from './mail-server.ts'
import { Person } from './people.ts'
import type { Talk } from './talk.ts'

/** A user of the workspace comes by the conversation URL, knocks, and the visitor lets them in. */
export async function comesIn(user: Person, talk: Talk): Promise<void> {
  await user.page.goto(talk.url)
  await user.presses('Knock')
  await talk.visitor.presses('Let the user in')
  await user.presses('Join')
  await expect(user.log).toBeVisible()
}

/** The visitor invites a guest, who follows the mailed link, knocks and is let in. */
export async function guestComesIn(browser: Browser, talk: Talk, mail: MailServer, name: string, email: string): Promise<Person> {
  await talk.invites(email)
  const guest = await Person.arrives(browser, name, talk.visitor.server)
  await guest.page.goto(linkIn(await mail.mailTo(email), '/g#'))
  await guest.page.getByLabel('Your name').fill(name)
  await guest.presses('Knock')
  await talk.visitor.presses('Let the guest in')
  await guest.presses('Join')
  await expect(guest.log).toBeVisible()
  return guest
}

/** The messages with this text, with all that is drawn around it. */
export const messages = (reader: Person, text: string | RegExp): Locator =>
  reader.log.locator('li[data-provenance]').filter({ hasText: text })

/** What the persona has said, its greeting included. */
export const ofThePersona = (reader: Person): Locator => reader.log.locator('li[data-provenance="ai"]')

/** Writes without waiting until it is said. */
export async function writes(person: Person, text: string): Promise<void> {
  await person.page.getByRole('textbox', { name: 'Message' }).fill(text)
  await person.page.getByRole('button', { name: 'Send', exact: true }).click()
}

/** Chooses this name from the list that “@” opens, and goes on writing. */
export async function mentions(person: Person, name: string, rest: string): Promise<void> {
  const field = person.page.getByRole('textbox', { name: 'Message' })
  await field.fill('')
  await field.pressSequentially(`@${name.slice(0, 3)}`)
  await person.page.getByRole('option').filter({ has: person.page.getByText(name, { exact: true }) }).click()
  await field.pressSequentially(rest)
  await field.press('Enter')
  await person.reads(rest.trim())
}

/** An entry of a message's own menu. */
export async function choosesOn(person: Person, message: Locator, entry: string): Promise<void> {
  await message.hover()
  await message.getByRole('button', { name: 'Message actions' }).click()
  await person.page.getByRole('menuitem', { name: entry }).click()
}

/** Whispers: `audience` is the name of the choice. */
export async function whispers(person: Person, audience: string | RegExp, text: string): Promise<void> {
  await person.page.getByRole('radio', { name: audience }).click()
  await person.page.getByRole('textbox', { name: 'Whisper' }).fill(text)
  await person.page.getByRole('button', { name: 'Send', exact: true }).click()
  await person.reads(text)
  await person.page.getByRole('radio', { name: 'Everyone' }).click()
}

/**
 * The decision after a message, as staff read it there. It comes in one piece with the message, so that a silence is a fact and
 * nothing that one has to wait for.
 */
export async function decidedOn(staff: Person, text: string, decision: 'speaks' | 'stays silent', reason: RegExp): Promise<void> {
  const decided = messages(staff, text).last().getByRole('button', { name: / · why$/ })
  await expect(decided).toContainText(decision)
  await decided.click()
  await expect(staff.page.getByRole('dialog').getByText(reason)).toBeVisible()
  await staff.page.keyboard.press('Escape')
}

/** Nothing is on its way any more: no mail, no answer, no reading. */
export async function nothingIsDue(server: string): Promise<void> {
  await expect
    .poll(async () => {
      const { effects } = (await (await fetch(`${server}/healthz`)).json()) as { effects: { waiting: number; leased: number } }
      return effects.waiting + effects.leased
    })
    .toBe(0)
}
