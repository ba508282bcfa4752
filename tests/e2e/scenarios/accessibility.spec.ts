// No page has a serious or critical fault by axe's rules, in light and in dark.
import { AxeBuilder } from '@axe-core/playwright'
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

/** What is wrong with the page as it stands, one line a fault. */
async function faults({ page }: Person): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // Even the shortest change of colour takes a frame, in which a text has its old colour on the new ground.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    const axe = new AxeBuilder({ page })
    // Only the colours differ.
    if (colorScheme === 'dark') axe.withRules(['color-contrast'])
    const { violations } = await axe.analyze()
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue
      for (const node of nodes) found.push(`${colorScheme} ${id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`)
    }
  }
  return found
}

async function isOpenToAll(person: Person, what: string): Promise<void> {
  expect.soft(await faults(person), what).toEqual([])
}

test('the check finds a fault where there is one', async ({ browser }) => {
  const person = await Person.arrives(browser, 'anybody', server.url)
  await person.page.setContent('<html lang="en"><title>Bad</title><main><button></button></main></html>')
  const found = (await faults(person)).join()
  expect(found).toContain('light button-name')
  await person.page.setContent('<html lang="en"><title>Bad</title><style>:root{color-scheme:light dark}p{color:#777;background:Canvas}</style><main><p>Dim</p></main></html>')
  expect((await faults(person)).join()).toContain('dark color-contrast')
})

test('signing in, resetting a password, accepting an invitation', async ({ browser }) => {
  const person = await Person.arrives(browser, 'anybody', server.url)
  await person.page.goto(`${server.url}/sign-in`)
  await expect(person.page.getByLabel('Password')).toBeVisible()
  await isOpenToAll(person, 'sign-in')
  await person.page.getByRole('button', { name: 'Sign in' }).click()
  await isOpenToAll(person, 'sign-in with mistakes')
  await person.page.goto(`${server.url}/reset`)
  await expect(person.page.getByRole('heading').first()).toBeVisible()
  await isOpenToAll(person, 'reset')
  const admin = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await admin.posts('/workspace-invitations', { email: 'new@demo.example', roles: ['agent'] })
  await person.page.goto(linkIn(await mail.mailTo('new@demo.example'), '/invite#'))
  await expect(person.page.getByLabel('Password')).toBeVisible()
  await isOpenToAll(person, 'workspace invitation')
})

test('the conversation page: start, talk, a knock, its menus and dialogs; the owner’s side of it', async ({ browser }) => {
  const newcomer = await Person.arrives(browser, 'newcomer', server.url)
  await newcomer.page.goto(`${server.url}/p/${persona}`)
  await expect(newcomer.page.getByRole('textbox', { name: 'Message' })).toBeVisible()
  await isOpenToAll(newcomer, 'before the first message')

  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await visitor.says('I would like to speak with a person, please.')
  await visitor.reads(/asking Dana Weber/)
  await isOpenToAll(visitor, 'conversation with a citation and a handoff')
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  const { request_id } = await priya.posts(`/conversations/${talk.id}/knocks`, { purpose: 'I know the answer.' })
  await expect(talk.card()).toBeVisible()
  await isOpenToAll(visitor, 'a knock')
  await talk.admits(request_id)
  await priya.posts(`/conversations/${talk.id}/knocks/${request_id}/join`, {})
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  await talk.letsIn(dana)
  await dana.says('Hello, here I am.')
  await isOpenToAll(dana, 'the owner’s side')
  await visitor.page.getByRole('button', { name: 'More' }).click()
  await expect(visitor.page.getByRole('menu')).toBeVisible()
  await isOpenToAll(visitor, 'menu')
  await visitor.page.getByRole('menuitem', { name: 'Add Guest by Email' }).click()
  await expect(visitor.page.getByRole('dialog')).toBeVisible()
  await isOpenToAll(visitor, 'add guest')
  await visitor.page.keyboard.press('Escape')
  await visitor.page.getByRole('button', { name: 'People in this conversation:' }).click()
  await expect(visitor.page.getByRole('dialog')).toBeVisible()
  await isOpenToAll(visitor, 'people')
  await visitor.page.keyboard.press('Escape')
  await talk.does({ do: 'end_conversation' })
  await expect(visitor.page.getByText('This conversation has ended.')).toBeVisible()
  await isOpenToAll(visitor, 'ended')
})

test('the pages outside: door, waiting, waiting room, declined, invitation', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.page.goto(talk.url)
  await expect(priya.page.getByRole('button', { name: 'Knock' })).toBeVisible()
  await isOpenToAll(priya, 'door')
  await priya.presses('Knock')
  await expect(priya.page.getByRole('heading', { name: 'You knocked' })).toBeVisible()
  await isOpenToAll(priya, 'waiting')
  await talk.visitor.presses('No thanks')
  await expect(priya.page.getByRole('heading', { name: 'Your request was declined' })).toBeVisible()
  await isOpenToAll(priya, 'declined')
  await talk.invites('zoe@guest.example')
  const guest = await Person.arrives(browser, 'guest', server.url)
  await guest.page.goto(linkIn(await mail.mailTo('zoe@guest.example'), '/g#'))
  await guest.page.getByLabel('Your name').fill('Zoe')
  await isOpenToAll(guest, 'invitation')
  await guest.presses('Knock')
  await talk.visitor.presses('Let the guest in')
  await expect(guest.page.getByRole('heading', { name: 'You are in the waiting room' })).toBeVisible()
  await isOpenToAll(guest, 'waiting room')
})

test('the dashboard', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona, 'I would like to speak with a person, please.')
  await talk.visitor.reads(/asking Dana Weber/)
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  const pages = {
    personas: 'Personas',
    [`personas/${persona}`]: 'Michael',
    [`personas/${persona}/rules`]: 'Michael',
    [`personas/${persona}/knowledge`]: 'Michael',
    [`personas/${persona}/try`]: 'Michael',
    [`personas/${persona}/share`]: 'Michael',
    conversations: 'Conversations',
    [`conversations/${talk.id}`]: /./,
    handoffs: 'Handoffs',
    mailbox: 'Mailbox',
    people: 'People',
  }
  for (const [path, heading] of Object.entries(pages)) {
    await dana.page.goto(`${server.url}/dashboard/${path}`)
    await expect(dana.page.getByRole('main').getByRole('heading', { name: heading }).first()).toBeVisible()
    await dana.page.waitForLoadState('networkidle')
    await isOpenToAll(dana, path)
  }
})
