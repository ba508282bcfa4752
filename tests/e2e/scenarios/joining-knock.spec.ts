// Knocking (design §4.1): what hosts are told, who decides, what the one outside learns, and what ends a grant.
import { expect, test } from '@playwright/test'
import { linkIn, MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'
import { Wire } from '../support/wire.ts'

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

const PRIYA_KNOCKS = 'Priya Nair would like to join this conversation. You can allow them to join by clicking the button below.'
const lia = 'Your invited guest (lia@guest.example) would like to join this conversation. You can allow them to join by clicking the button below.'

test('a knock reaches every host in the chat, with its words and its buttons', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await talk.letsIn(dana)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await priya.presses('Knock')
  for (const host of [talk.visitor, dana]) {
    await expect(talk.card(host).getByText(PRIYA_KNOCKS, { exact: true }).last()).toBeVisible()
    await expect(talk.card(host).getByRole('button')).toHaveText(['Let the user in', 'No thanks'])
  }
  // A colleague is inside, but is no host.
  const tom = await Person.arrivesSignedIn(browser, 'tom', server.url)
  await talk.letsIn(tom)
  await expect(talk.card(tom).getByRole('button')).toHaveCount(0)
})

test('an invited guest’s knock names the address, and its button says “guest”', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.invites('lia@guest.example')
  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(linkIn(await mail.mailTo('lia@guest.example'), '/g#'))
  await guest.page.getByLabel('Your name').fill('Lia')
  await guest.presses('Knock')
  await expect(talk.card().getByText(lia, { exact: true }).last()).toBeVisible()
  await expect(talk.card().getByRole('button')).toHaveText(['Let the guest in', 'No thanks', 'No thanks, for good'])
})

test('the first decision wins, and the other hosts see who took it', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await talk.letsIn(dana)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await priya.presses('Knock')
  const letIn = talk.card().getByRole('button', { name: 'Let the user in' })
  const noThanks = talk.card(dana).getByRole('button', { name: 'No thanks' })
  await Promise.all([letIn, noThanks].map((button) => expect(button).toBeVisible()))
  // At the same moment; whoever comes second may find the card gone.
  await Promise.all([letIn, noThanks].map((button) => button.dispatchEvent('click', {}, { timeout: 2_000 }).catch(() => undefined)))
  await expect(talk.card()).toHaveCount(0)
  await expect(talk.card(dana)).toHaveCount(0)

  const decisions = (await talk.events()).filter(({ event }) => ['join_admitted', 'join_declined'].includes(event.type)).slice(1)
  expect(decisions).toHaveLength(1)
  const admitted = decisions[0]?.event.type === 'join_admitted'
  await expect(priya.page.getByRole('heading', { name: admitted ? 'You are in the waiting room' : 'Your request was declined' })).toBeVisible()
  for (const host of [talk.visitor, dana]) {
    const winner = admitted ? talk.visitor : dana
    const who = host === winner ? 'You' : admitted ? 'Sam' : 'Dana Weber'
    await host.reads(admitted ? `${who} let Priya Nair in` : `${who} declined Priya Nair’s request to join`)
  }
  // Somebody who decides later still, with a page that has not heard of it, is told who did.
  const late = { command: { do: 'decline', request_id: (await talk.view()).waiting[0]?.request_id ?? 0, for_good: false } }
  if (admitted) {
    const { status, body } = await dana.asks('POST', `/conversations/${talk.id}/commands`, late)
    expect([status, body.code, body.detail]).toEqual([409, 'already_decided', 'Sam decided this request already.'])
  }
})

test('a knock is an informed choice: who, how verified, invited by whom and why, and how much they will see', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await priya.page.getByLabel('Why you would like to join').fill('I booked the hotel.')
  await priya.presses('Knock')
  const facts = talk.card().getByRole('listitem')
  await expect(facts).toContainText('Priya Nair · Colleague')
  await expect(facts).toContainText('signed in to this workspace')
  await expect(facts).toContainText('I booked the hotel.')
  await expect(facts.getByLabel('Will see').locator('option:checked')).toHaveText('the whole conversation')
  await talk.visitor.picture('joining-knock-user')
  await talk.visitor.presses('Let the user in')
  await priya.presses('Join')

  await priya.chooses('Add Guest by Email')
  await priya.page.getByLabel('E-mail address').fill('mo@guest.example')
  await priya.page.getByLabel('Note').fill('Mo runs the hotel.')
  await priya.presses('Send Invite')
  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(linkIn(await mail.mailTo('mo@guest.example'), '/g#'))
  await guest.page.getByLabel('Your name').fill('Mo')
  await guest.presses('Knock')
  await expect(facts).toContainText('Mo · Guest')
  await expect(facts).toContainText('opened the link mailed to mo@guest.example')
  await expect(facts).toContainText('Priya Nair: “Mo runs the hotel.”')
  await expect(facts).toContainText('only what is said from now on')
  await talk.visitor.picture('joining-knock-guest')
  // On a phone too.
  await talk.visitor.page.setViewportSize({ width: 375, height: 667 })
  await expect(talk.card().getByRole('button', { name: 'Let the guest in' })).toBeInViewport()
  // The buttons lie over nothing that the choice rests on.
  const [said, buttons] = await Promise.all([facts.getByText('only what is said from now on'), facts.getByRole('button').first()].map((part) => part.boundingBox()))
  expect((said?.y ?? 0) + (said?.height ?? 0)).toBeLessThanOrEqual(buttons?.y ?? 0)
  expect(await talk.visitor.page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
  await talk.visitor.picture('joining-knock-phone')
})

test('of the owner’s knock it is said what they will see anyway, and no less is offered', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await dana.posts(`/conversations/${talk.id}/knocks`, {})
  await expect(talk.card()).toContainText('signed in to this workspace, owner of Michael')
  await expect(talk.card()).toContainText('the whole conversation')
  await expect(talk.card().getByRole('combobox')).toHaveCount(0)
})

test('a host can grant less of the history than was asked for', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona, 'My number is 4711.')
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await priya.presses('Knock')
  await talk.card().getByLabel('Will see').selectOption('only what is said from now on')
  await talk.visitor.presses('Let the user in')
  await expect(priya.page.getByText('You will see what is said from then on.')).toBeVisible()
  const wire = Wire.of(priya)
  await priya.presses('Join')
  await talk.visitor.says('Good to have you here.')
  await priya.reads('Good to have you here.')
  await priya.doesNotRead('My number is 4711.')
  expect(await wire.all()).not.toContain('4711')
})

test('a declined person reads that, never that nobody answered, and may try again only after a cool-down', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await priya.presses('Knock')
  await talk.visitor.presses('No thanks')
  await expect(priya.page.getByRole('heading', { name: 'Your request was declined' })).toBeVisible()
  await expect(priya.page.getByText('Somebody inside answered with “No thanks”. You may try again from')).toBeVisible()
  await expect(priya.page.getByText('Nobody answered')).toHaveCount(0)
  await expect(priya.page.getByRole('button', { name: 'Knock again' })).toBeDisabled()
  const tooSoon = await priya.asks('POST', `/conversations/${talk.id}/knocks`, {})
  expect([tooSoon.status, tooSoon.body.code]).toEqual([429, 'cooling_down'])
  await priya.picture('joining-declined')
})

test('an invitation’s knock can be declined once and for all', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.invites('nora@guest.example')
  const link = linkIn(await mail.mailTo('nora@guest.example'), '/g#')
  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(link)
  await guest.page.getByLabel('Your name').fill('Nora')
  await guest.presses('Knock')
  await talk.visitor.presses('No thanks, for good')
  await expect(guest.page.getByText('Somebody inside answered with “No thanks”, and this invitation is closed.')).toBeVisible()
  await expect(guest.page.getByRole('button')).toHaveCount(0)
  const again = await guest.asks('POST', '/guest-invitations/knock', { token: link.split('#')[1], name: 'Nora' })
  expect([again.status, again.body.code]).toEqual([410, 'invitation_revoked'])
})

test('a flood is one notice and one sound, fresh identities or not', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { page } = talk.visitor
  await page.evaluate(() => {
    const make = AudioContext.prototype.createOscillator
    Object.assign(window, { tones: 0 })
    AudioContext.prototype.createOscillator = function () {
      ;(window as unknown as { tones: number }).tones += 1
      return make.call(this)
    }
  })
  const tones = () => page.evaluate(() => (window as unknown as { tones: number }).tones)
  const stranger = await Person.arrives(browser, 'stranger', server.url)
  for (let number = 1; number <= 6; number += 1) {
    const email = `flood${number}@guest.example`
    await talk.invites(email)
    const token = linkIn(await mail.mailTo(email), '/g#').split('#')[1]
    await stranger.posts('/guest-invitations/knock', { token, name: `Guest ${number}` })
    if (number === 1) await expect(talk.card()).toBeVisible()
  }
  const notice = page.getByRole('region', { name: '6 requests to join' })
  await expect(notice.getByText('6 people would like to join', { exact: true })).toBeVisible()
  await expect(page.getByRole('alert')).toHaveText('6 people would like to join.')
  await expect(page.getByRole('region', { name: /request/ })).toHaveCount(1)
  // One ring is two tones.
  expect(await tones()).toBe(2)
  await talk.visitor.picture('joining-flood')
  await talk.visitor.presses('No thanks to all')
  await expect(page.getByRole('region', { name: /request/ })).toHaveCount(0)
  expect((await talk.view()).knocks).toEqual([])
})

test('nobody gets history, presence or names before being admitted: only the persona’s name and picture', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona, 'My number is 4711.')
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await talk.letsIn(priya)
  await priya.says('I can see that number.')
  await priya.chooses('Add Guest by Email')
  await priya.page.getByLabel('E-mail address').fill('olaf@guest.example')
  await priya.presses('Send Invite')
  const link = linkIn(await mail.mailTo('olaf@guest.example'), '/g#')

  const tom = await Person.arrivesSignedIn(browser, 'tom', server.url)
  const guest = await Person.arrives(browser, 'guest', server.url)
  const wires = [Wire.of(tom), Wire.of(guest)]
  await tom.page.goto(talk.url)
  await tom.presses('Knock')
  await guest.page.goto(link)
  await guest.page.getByLabel('Your name').fill('Olaf')
  await guest.presses('Knock')
  for (const person of [tom, guest]) await expect(person.page.getByRole('heading', { name: 'You knocked' })).toBeVisible()
  // Things go on inside meanwhile: words, typing, somebody leaving.
  await talk.visitor.says('Who is at the door?')
  await priya.page.getByRole('textbox', { name: 'Message' }).pressSequentially('Two people')
  await priya.page.close()
  await talk.visitor.presses('No thanks to all')
  for (const person of [tom, guest]) await expect(person.page.getByRole('heading', { name: 'Your request was declined' })).toBeVisible()

  for (const [index, person] of [tom, guest].entries()) {
    const seen = `${await wires[index]?.all()}\n${await person.page.content()}`
    expect(seen).toContain('Michael')
    // The guest was told who invited them, by the mail; nobody is told anything else.
    const secrets = ['4711', 'I can see that number', 'Who is at the door', 'Two people', 'Sam', 'Dana Weber', ...(person === tom ? ['Priya'] : [])]
    for (const secret of secrets) expect(seen.includes(secret), `${person.name} was sent “${secret}”`).toBe(false)
  }
})

test('what the waiting browser would be sent once inside is what it was not sent before', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona, 'My number is 4711.')
  const tom = await Person.arrivesSignedIn(browser, 'tom', server.url)
  const wire = Wire.of(tom)
  await tom.page.goto(talk.url)
  await tom.presses('Knock')
  await talk.visitor.presses('Let the user in')
  await expect(tom.page.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible()
  await tom.picture('joining-waiting-room')
  expect(await wire.all()).not.toMatch(/4711|Sam/)
  await tom.presses('Join')
  await tom.reads('My number is 4711.')
  expect(await wire.all()).toMatch(/4711[^]*Sam|Sam[^]*4711/)
})

test('the pages outside survive a reload: asked, declined, taken back', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const knocks = async (name: string) => {
    const person = await Person.arrivesSignedIn(browser, name, server.url)
    await person.page.goto(talk.url)
    await person.presses('Knock')
    return person
  }
  const stays = async (person: Person, title: string) => {
    await expect(person.page.getByRole('heading', { name: title })).toBeVisible()
    await person.page.reload()
    await expect(person.page.getByRole('heading', { name: title })).toBeVisible()
  }
  const priya = await knocks('priya')
  await stays(priya, 'You knocked')
  await talk.visitor.presses('No thanks')
  await stays(priya, 'Your request was declined')
  const tom = await knocks('tom')
  await tom.presses('Take my request back')
  await stays(tom, 'You took your request back')
  await expect(talk.card()).toHaveCount(0)
  await tom.presses('Knock again')
  await talk.visitor.presses('Let the user in')
  await stays(tom, 'You are in the waiting room')
  await tom.presses('Join')
  await tom.reads('How much is a student ticket?')
  await tom.page.reload()
  await tom.reads('How much is a student ticket?')
})

test('one press knocks again, as whom one said one was: after taking it back, and after leaving', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.invites('rita@guest.example')
  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(linkIn(await mail.mailTo('rita@guest.example'), '/g#'))
  await guest.page.getByLabel('Your name').fill('Rita')
  await guest.page.getByLabel('Why you would like to join').fill('I bring the slides.')
  await guest.presses('Knock')
  await guest.presses('Take my request back')
  await expect(talk.card()).toHaveCount(0)
  await guest.page.reload()
  await guest.presses('Knock again')
  await expect(talk.card()).toContainText('Rita')
  await expect(talk.card()).toContainText('I bring the slides.')

  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await talk.visitor.presses('Let the guest in')
  await guest.presses('Join')
  await talk.letsIn(priya)
  for (const [person, name, admit] of [[guest, 'Rita', 'Let the guest in'], [priya, 'Priya Nair', 'Let the user in']] as const) {
    await person.chooses('Leave')
    await person.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
    await person.presses('Knock again')
    await expect(talk.card()).toContainText(name)
    await talk.visitor.presses(admit)
    await person.presses('Join')
    await expect(person.log).toBeVisible()
  }
})

test('revoking an invitation closes the waiting page of its guest, knocking or let in', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  for (const [email, admitted] of [['paul@guest.example', false], ['quinn@guest.example', true]] as const) {
    const invitation_id = await talk.invites(email)
    const guest = await Person.arrives(browser, 'guest', server.url)
    await guest.page.goto(linkIn(await mail.mailTo(email), '/g#'))
    await guest.page.getByLabel('Your name').fill('A guest')
    await guest.presses('Knock')
    if (admitted) {
      await talk.visitor.presses('Let the guest in')
      await expect(guest.page.getByRole('button', { name: 'Join' })).toBeVisible()
    }
    await talk.does({ do: 'revoke_invitation', invitation_id })
    await expect(guest.page.getByRole('heading', { name: 'The door was closed' })).toBeVisible()
    await expect(guest.page.getByRole('button', { name: 'Join' })).toHaveCount(0)
    await guest.page.reload()
    await expect(guest.page.getByRole('heading', { name: 'The door was closed' })).toBeVisible()
    if (admitted) await guest.picture('joining-door-closed')
  }
})
