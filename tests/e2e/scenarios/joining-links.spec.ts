// The ways in of design §4.1: conversation URL, guest's link, owner's link; and that opening any of them does nothing.
import { type Browser, expect, test } from '@playwright/test'
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

test('a conversation URL works only for users signed in to the dashboard; anyone else is sent to sign in', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.visitor.chooses('Copy Conversation URL')
  const copied = await talk.visitor.page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toBe(talk.url)

  const priya = await Person.arrives(browser, 'priya', server.url)
  await priya.page.goto(copied)
  await priya.page.waitForURL('**/sign-in**')
  await expect(priya.page.getByText('Signing in does not knock.')).toBeVisible()
  expect((await priya.asks('POST', `/conversations/${talk.id}/knocks`, {})).status).toBe(401)
  await priya.picture('joining-sign-in')
  await priya.fillsInSignIn('priya@demo.example')

  await priya.page.waitForURL(copied)
  await expect(priya.page.getByRole('heading', { name: 'A conversation with Michael' })).toBeVisible()
  await expect(priya.page.getByText('They see your name and that you are signed in.')).toBeVisible()
  await priya.picture('joining-door')
})

test('a URL of no conversation tells a user nothing about others', async ({ browser }) => {
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(`${server.url}/c/${crypto.randomUUID()}`)
  await expect(priya.page.getByRole('heading', { name: 'There is no such conversation' })).toBeVisible()
})

test('a guest’s link carries a 256-bit token that is stored only as a hash and bound to its address', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.visitor.chooses('Add Guest by Email')
  await talk.visitor.page.getByLabel('E-mail address').fill('Bea@Guest.example')
  await talk.visitor.page.getByLabel('Note').fill('You know the venue.')
  await talk.visitor.presses('Send Invite')
  const invited = await mail.mailTo('bea@guest.example')
  const link = linkIn(invited, '/g#')
  const token = link.split('#')[1] ?? ''
  // 43 characters of base64url hold 256 bits.
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
  // The database holds its hash (shown by the tests of the store); once sent, the mailbox does not hold it either.
  const admin = await Person.arrivesSignedIn(browser, 'dana', server.url)
  const { body } = await admin.asks('GET', '/mails')
  const sent = body.mails.find((listed: { to: string }) => listed.to === 'bea@guest.example')
  await expect.poll(async () => JSON.stringify((await admin.asks('GET', `/mails/${sent.id}`)).body)).not.toContain(token)

  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(link)
  await expect(guest.page.getByRole('heading', { name: 'Sam invites you to a conversation with Michael' })).toBeVisible()
  await expect(guest.page.getByText('Sent to bea@guest.example.')).toBeVisible()
  await expect(guest.page.getByText('You know the venue.')).toBeVisible()
  await guest.picture('joining-guest-invitation')

  // Bound to its conversation too: with what it grants, another one does not exist.
  const other = await Talk.begins(browser, server.url, persona)
  const { guest_token } = await guest.posts('/guest-invitations/knock', { token, name: 'Bea' })
  const elsewhere = await fetch(`${server.url}/api/v1/conversations/${other.id}`, { headers: { authorization: `Bearer ${guest_token}` } })
  expect(elsewhere.status).toBe(404)
})

test('a wrong guest’s link opens nothing', async ({ browser }) => {
  const stranger = await Person.arrives(browser, 'stranger', server.url)
  await stranger.page.goto(`${server.url}/g#${'A'.repeat(43)}`)
  await expect(stranger.page.getByRole('heading', { name: 'This invitation cannot be opened' })).toBeVisible()
})

test('a guest’s link is good for rejoining until the conversation ends', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.invites('cleo@guest.example')
  const link = linkIn(await mail.mailTo('cleo@guest.example'), '/g#')
  const knocksWith = async (guest: Person) => {
    await guest.page.goto(link)
    await guest.page.getByLabel('Your name').fill('Cleo')
    await guest.presses('Knock')
    await talk.visitor.presses('Let the guest in')
    await guest.presses('Join')
  }
  const atHome = await Person.arrives(browser, 'guest', server.url)
  await knocksWith(atHome)
  await talk.visitor.says('Welcome, Cleo.')
  await atHome.reads('Welcome, Cleo.')
  await atHome.chooses('Leave')
  await atHome.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await expect(atHome.page.getByRole('heading', { name: 'You left this conversation' })).toBeVisible()

  const onThePhone = await Person.arrives(browser, 'guest', server.url)
  await knocksWith(onThePhone)
  await talk.visitor.says('Welcome back, Cleo.')
  await onThePhone.reads('Welcome back, Cleo.')

  await talk.visitor.chooses('End conversation')
  await talk.visitor.page.getByRole('dialog').getByRole('button', { name: 'End conversation' }).click()
  await expect(onThePhone.page.getByText('This conversation has ended.')).toBeVisible()
  const later = await Person.arrives(browser, 'guest', server.url)
  await later.page.goto(link)
  await expect(later.page.getByRole('heading', { name: 'This conversation has ended' })).toBeVisible()
  await expect(later.page.getByRole('button', { name: 'Knock' })).toHaveCount(0)
})

test('a guest’s link can be revoked, and says so', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.invites('finn@guest.example')
  const link = linkIn(await mail.mailTo('finn@guest.example'), '/g#')
  await talk.visitor.chooses('Add Guest by Email')
  await expect(talk.visitor.page.getByRole('dialog').getByText('finn@guest.example')).toBeVisible()
  await talk.visitor.presses('Revoke')
  await expect(talk.visitor.page.getByRole('dialog').getByText('revoked', { exact: true })).toBeVisible()
  await talk.visitor.picture('joining-invitation-revoked-host')

  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(link)
  await expect(guest.page.getByRole('heading', { name: 'This invitation was taken back' })).toBeVisible()
  await guest.picture('joining-invitation-revoked-guest')
})

test('a guest may turn an invitation down', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  await talk.invites('hugo@guest.example')
  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(linkIn(await mail.mailTo('hugo@guest.example'), '/g#'))
  await guest.presses('Not me / decline invitation')
  await expect(guest.page.getByRole('heading', { name: 'This invitation was declined' })).toBeVisible()
  expect((await talk.view()).invitations[0].state).toBe('rejected')
})

/** A visitor asks for a person, and the owner is mailed. */
async function callsTheOwner(browser: Browser): Promise<{ talk: Talk; link: string }> {
  const before = mail.mailsTo('dana@demo.example').length
  const talk = await Talk.begins(browser, server.url, persona, 'I would like to speak with a person, please.')
  return { talk, link: linkIn(await mail.mailTo('dana@demo.example', before + 1), talk.id) }
}

test('an owner’s link leads to sign-in where there is no session, then knocks', async ({ browser }) => {
  const { talk, link } = await callsTheOwner(browser)
  const dana = await Person.arrives(browser, 'dana', server.url)
  await dana.page.goto(link)
  await dana.page.waitForURL('**/sign-in**')
  await dana.fillsInSignIn('dana@demo.example')
  await dana.page.waitForURL(link)
  await dana.presses('Knock')
  await expect(dana.page.getByRole('heading', { name: 'You knocked' })).toBeVisible()
  await expect(talk.visitor.page.getByText('signed in to this workspace, owner of Michael')).toBeVisible()
  const [knock] = (await talk.view()).knocks
  expect(knock.door).toEqual({ kind: 'owner_link' })
})

test('an owner’s link that was meant for somebody else lets them knock as themselves only', async ({ browser }) => {
  const { talk, link } = await callsTheOwner(browser)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(link)
  await priya.presses('Knock')
  await expect(priya.page.getByText('This link is too old or was meant for somebody else. You can still knock without it.')).toBeVisible()
  await priya.presses('Knock')
  await expect(talk.visitor.page.getByText('Priya Nair would like to join', { exact: false }).last()).toBeVisible()
  expect((await talk.view()).knocks[0].door).toEqual({ kind: 'conversation_url' })
})

test('opening a link never knocks or redeems: mail scanners do', async ({ browser }) => {
  const { talk, link: ownerLink } = await callsTheOwner(browser)
  await talk.invites('iris@guest.example')
  const admin = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await admin.posts('/workspace-invitations', { email: 'nils@demo.example', roles: ['agent'] })
  await admin.posts('/password-resets', { email: 'priya@demo.example' })
  const links = [
    ownerLink,
    linkIn(await mail.mailTo('iris@guest.example'), '/g#'),
    linkIn(await mail.mailTo('nils@demo.example'), '/invite#'),
    linkIn(await mail.mailTo('priya@demo.example'), '/reset'),
  ]
  const known = (await talk.events()).length

  // As a mail gateway looks: the plain request, and a browser that runs the page.
  const scanner = await Person.arrives(browser, 'scanner', server.url)
  for (const link of links) {
    for (const method of ['GET', 'HEAD']) expect((await fetch(link, { method })).status, `${method} ${link}`).toBe(200)
    await scanner.page.goto(link)
    await scanner.page.waitForLoadState('networkidle')
  }
  const since = async () => (await talk.events()).slice(known).map(({ event }) => event.type)
  expect(await since()).toEqual([])
  // The one it was sent to may look, too, and then it is told that they looked; but they have not knocked.
  await admin.page.goto(ownerLink)
  await expect(admin.page.getByRole('button', { name: 'Knock' })).toBeVisible()
  expect((await since()).filter((type) => type !== 'handoff_opened')).toEqual([])
  // Everything can still be used by the one it was meant for.
  const token = (link: string | undefined, mark: string) => link?.split(mark)[1] ?? ''
  const guest = await Person.arrives(browser, 'guest', server.url)
  const peek = await guest.posts('/guest-invitations/peek', { token: token(links[1], '#') })
  expect(peek.state).toBe('open')
  await guest.posts('/workspace-invitations/redeem', { token: token(links[2], '/invite#'), name: 'Nils', password: 'a-good-long-one' })
  await guest.posts('/password-resets/redeem', { token: token(links[3], '#'), password: 'trialogue-demo' })
})
