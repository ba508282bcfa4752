// The cards above the composer: by keyboard, and with more words than fit.
import { expect, test } from '@playwright/test'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

let server: TrialogueServer
let persona: string

test.beforeAll(async () => {
  server = await TrialogueServer.start()
  persona = await demoPersona(server.url)
})

test.afterEach(() => everybodyLeaves())
test.afterAll(() => server?.stop())

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
