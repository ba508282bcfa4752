// The cards above the composer: by keyboard, with more words than fit, and on a page with little room.
import { expect, type Locator, test } from '@playwright/test'
import { beginsByVideo, control, isInCall } from '../support/call.ts'
import { facesLeave } from '../support/faces.ts'
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

test.afterEach(async () => {
  await everybodyLeaves()
  await facesLeave()
})

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

test('after letting somebody in by keyboard the focus goes on to who knocks next, then to the composer', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona, 'Hello there.')
  const { page } = talk.visitor
  const [priya, tom] = [await Person.arrivesSignedIn(browser, 'priya', server.url), await Person.arrivesSignedIn(browser, 'tom', server.url)]
  await priya.posts(`/conversations/${talk.id}/knocks`, {})
  await tom.posts(`/conversations/${talk.id}/knocks`, {})
  const buttons = page.getByRole('button', { name: 'Let the user in' })
  await expect(buttons).toHaveCount(2)
  // Keys come from a keyboard: the focus is to be seen.
  await page.getByRole('button', { name: 'No thanks to all' }).focus()
  for (let tabs = 0; tabs < 6 && !(await buttons.first().evaluate((button) => button === document.activeElement)); tabs += 1) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await expect(buttons).toHaveCount(1)
  await expect(buttons).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(buttons).toHaveCount(0)
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused()
})

test('a long question takes a few lines of the inbox and of the brief, and all of it is one press away', async ({ browser }) => {
  const question = `Can you sponsor my startup? ${'It makes folding bicycles for people who travel by train. '.repeat(60)}This is the end of it.`
  const talk = await Talk.begins(browser, server.url, persona, question)
  await talk.visitor.reads(/asking Dana Weber/)
  const dana = await Person.arrivesSignedIn(browser, 'dana', server.url)

  await dana.page.goto(`${server.url}/dashboard/handoffs`)
  const row = dana.page.getByRole('listitem').filter({ hasText: 'folding bicycles' })
  await expect(row).toBeVisible()
  for (const size of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
    await dana.page.setViewportSize(size)
    const { height } = (await row.boundingBox()) ?? { height: Number.POSITIVE_INFINITY }
    expect(height).toBeLessThan(440)
    await dana.picture(`long-question-inbox-${size.width}`)
  }
  await dana.page.setViewportSize({ width: 1280, height: 800 })
  await row.getByRole('button', { name: 'Show all' }).click()
  await expect(row.getByRole('button', { name: 'Show less' })).toBeVisible()
  const whole = row.getByText('This is the end of it.')
  await whole.scrollIntoViewIfNeeded()
  const cut = await whole.evaluate((words) => words.scrollHeight > words.clientHeight + 1)
  expect(cut).toBe(false)

  await talk.letsIn(dana)
  const brief = dana.page.getByRole('region', { name: 'Brief' })
  for (const size of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
    await dana.page.setViewportSize(size)
    await dana.picture(`long-question-brief-${size.width}`)
    // All of the facts are in sight, whoever asked at whatever length.
    await expect(brief.getByText('Why you')).toBeInViewport()
  }
  await brief.getByRole('button', { name: 'Show all' }).first().click()
  await expect(brief.getByRole('button', { name: 'Show less' })).toBeVisible()
})

const PAGES = {
  phone: { width: 390, height: 760 },
  panel: { width: 408, height: 680 },
  'low panel': { width: 408, height: 448 },
  'small phone sideways': { width: 667, height: 375 },
  'phone sideways': { width: 760, height: 360 },
  'large phone sideways': { width: 844, height: 390 },
  desktop: { width: 1280, height: 800 },
}

/** On a page of every size: all of each of these is in sight without scrolling, and a press reaches it. */
async function inSight(host: Person, picture: string, parts: Locator[]): Promise<void> {
  for (const [where, size] of Object.entries(PAGES)) {
    await host.page.setViewportSize(size)
    await host.picture(`${picture}-${where}`)
    for (const part of parts) {
      await expect(part, where).toBeInViewport({ ratio: 0.99 })
      await part.click({ trial: true })
    }
  }
  await host.page.setViewportSize(PAGES.desktop)
}

test('whoever knocks during a call can be answered without scrolling, on the smallest page too', async ({ browser }) => {
  const talk = await beginsByVideo(server.url, persona, null)
  const { visitor: sam } = talk
  const button = (name: string) => sam.page.getByRole('button', { name, exact: true })
  const beside = [control(sam, 'Leave the video'), sam.page.getByRole('textbox', { name: 'Message' })]
  await talk.invites('gina@mail.test', 'She knows the venue, and has organised three conferences there.')
  const gina = await Person.arrives(browser, 'Gina', server.url)
  await gina.page.goto(linkIn(await mail.mailTo('gina@mail.test'), '/g#'))
  await gina.page.getByLabel('Your name').fill('Gina')
  await gina.presses('Knock')
  await expect(button('Let the guest in')).toBeVisible()
  await inSight(sam, 'knock-guest', [button('Let the guest in'), button('No thanks'), ...beside])
  await button('Let the guest in').click()
  await gina.presses('Join')
  await isInCall(gina)

  const [priya, tom] = [await Person.arrivesSignedIn(browser, 'priya', server.url), await Person.arrivesSignedIn(browser, 'tom', server.url)]
  await priya.posts(`/conversations/${talk.id}/knocks`, {})
  await expect(button('Let the user in')).toBeVisible()
  await inSight(sam, 'knock-user', [button('Let the user in'), button('No thanks'), ...beside])
  await control(sam, 'Hide the chat').click()
  await inSight(sam, 'knock-video', [button('Let the user in'), button('No thanks'), control(sam, 'Leave the video')])
  await control(sam, /^Show the chat/).click()

  await tom.posts(`/conversations/${talk.id}/knocks`, {})
  await expect(button('Let the user in')).toHaveCount(2)
  await inSight(sam, 'knocks', [button('No thanks to all'), button('Let the user in').first(), button('No thanks').first(), ...beside])
  for (const name of ['Let the user in', 'No thanks']) await expect(button(name).last()).toBeInViewport({ ratio: 0.99 })
})
