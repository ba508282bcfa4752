// The widget on somebody else's page: one script tag, a button, a panel.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContext, chromium, expect, type Locator, type Page, test } from '@playwright/test'
import { overlap } from '../support/boxes.ts'
import { facesLeave, withFace } from '../support/faces.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { TrialogueServer } from '../support/server.ts'

let server: TrialogueServer
let persona: string
let shop: Server
/** A site of its own: another host name is another site, whatever the port. */
let shopUrl: string

test.beforeAll(async () => {
  server = await TrialogueServer.start()
  persona = await demoPersona(server.url)
  shop = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><html lang="en"><title>A shop</title><h1>A shop</h1><p><a href="#imprint">Imprint</a></p>
<script src="${server.url}/embed.js" data-persona="${persona}" data-name="Kim" async></script></html>`)
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`
})

test.afterEach(async () => {
  await everybodyLeaves()
  await facesLeave()
})

test.afterAll(async () => {
  await server?.stop()
  shop?.close()
})

const panelOf = (page: Page) => page.frameLocator('iframe[title="Conversation with Michael"]')
const launcher = (page: Page) => page.getByRole('button', { name: /^Launch Michael/ })

async function asks(page: Page, text: string): Promise<void> {
  await panelOf(page).getByRole('textbox', { name: 'Message' }).fill(text)
  await page.keyboard.press('Enter')
  await expect(panelOf(page).getByRole('log').getByText(text)).toBeVisible()
}

test('the demo page’s button “Launch {persona}” opens a conversation, and a reload keeps it', async ({ browser }) => {
  const { page } = await Person.arrives(browser, 'visitor', server.url)
  await page.goto(`${server.url}/demo`)
  await expect(launcher(page)).toHaveText('Launch Michael')
  await launcher(page).click()
  await expect(panelOf(page).getByText('Hello, I am Michael.')).toBeVisible()
  await asks(page, 'How much is a student ticket?')
  await expect(panelOf(page).getByText('a student ticket 120 euros')).toBeVisible()
  await page.screenshot({ path: '../../test-results/screenshots/widget-open.png' })
  await panelOf(page).getByRole('button', { name: 'Close', exact: true }).click()
  await expect(page.locator('iframe')).toBeHidden()

  await page.reload()
  await launcher(page).click()
  await expect(panelOf(page).getByRole('log').getByText('How much is a student ticket?')).toBeVisible()
  await expect(panelOf(page).getByText('a student ticket 120 euros')).toBeVisible()
})

test('while the panel is closed, the button tells of something new', async ({ browser }) => {
  const { page } = await Person.arrives(browser, 'visitor', server.url)
  await page.goto(`${server.url}/demo`)
  await launcher(page).click()
  await asks(page, 'Hello, Michael.')
  const [, id] = (await page.evaluate(() => JSON.stringify({ ...localStorage }))).match(/conversationId[^0-9a-f]*([0-9a-f-]{36})/) ?? []
  await panelOf(page).getByRole('button', { name: 'Close', exact: true }).click()
  const priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
  await priya.posts(`/conversations/${id}/knocks`, {})
  await expect(page.getByRole('button', { name: 'Launch Michael, new messages' })).toBeVisible()
  await launcher(page).click()
  await expect(panelOf(page).getByRole('button', { name: 'Let the user in' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Close Michael' })).toBeVisible()
})

test('on video, the button says so while the panel is hidden; the next page of the site switches nothing on by itself', async () => {
  const { page } = await Person.arrives(await withFace('red'), 'visitor', server.url)
  const calls: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/media-token')) calls.push(request.url())
  })
  const call = panelOf(page).locator('section[data-media="connected"]')
  const onVideo = page.getByRole('button', { name: 'On video with Michael, show' })
  await page.goto(shopUrl)
  await launcher(page).click()
  await asks(page, 'Hello, Michael.')
  await panelOf(page).getByRole('button', { name: 'Video + Text' }).click()
  await panelOf(page).getByRole('button', { name: 'Camera off' }).click()
  await expect(panelOf(page).getByRole('button', { name: 'Camera on' })).toBeVisible()
  await panelOf(page).getByRole('button', { name: 'Join', exact: true }).click()
  await expect(call).toBeVisible({ timeout: 30_000 })
  await expect(panelOf(page).getByRole('button', { name: 'Turn camera off' })).toBeVisible()

  await panelOf(page).getByRole('button', { name: 'Hide; the video goes on' }).click()
  await expect(page.locator('iframe')).toBeHidden()
  await expect(onVideo).toHaveText('On video')
  await page.screenshot({ path: '../../test-results/screenshots/widget-on-video.png' })
  await onVideo.click()
  await expect(page.getByRole('button', { name: 'Hide Michael, the video goes on' })).toBeVisible()
  await panelOf(page).getByRole('textbox', { name: 'Message' }).press('Escape')
  await expect(onVideo).toBeVisible()

  await page.goto(`${shopUrl}?imprint`)
  await expect(launcher(page)).toBeVisible()
  await expect(panelOf(page).locator('textarea')).toBeAttached()
  // All that the page would fetch for a call has been fetched by then.
  await page.waitForLoadState('networkidle')
  await expect(panelOf(page).locator('section[data-media]')).toHaveCount(0)
  expect(calls, 'connections asked for behind the closed panel').toHaveLength(1)
  await launcher(page).click()
  await expect(panelOf(page).getByText(/were on the page before/)).toBeVisible()
  await panelOf(page).getByRole('button', { name: 'Watch' }).click()
  await expect(call).toBeVisible({ timeout: 30_000 })
  expect(calls).toHaveLength(2)
  await panelOf(page).getByRole('button', { name: 'Leave the video' }).click()
  await panelOf(page).getByRole('button', { name: 'Close', exact: true }).click()
  await expect(launcher(page)).toBeVisible()
})

test('nobody is filmed behind a closed panel before they have joined', async () => {
  const { page } = await Person.arrives(await withFace('red'), 'visitor', server.url)
  await page.goto(shopUrl)
  await launcher(page).click()
  await panelOf(page).getByRole('button', { name: 'Video', exact: true }).click()
  await panelOf(page).getByRole('button', { name: 'Camera off' }).click()
  const filmed = () =>
    panelOf(page)
      .getByLabel('Your camera, as only you see it')
      .evaluate((video: HTMLVideoElement) => video.srcObject !== null)
  await expect.poll(filmed).toBe(true)
  await page.getByRole('button', { name: 'Close Michael' }).click()
  await expect(page.locator('iframe')).toBeHidden()
  await expect.poll(filmed, 'the camera is closed').toBe(false)
  await launcher(page).click()
  await expect.poll(filmed, 'and open again, as it was chosen').toBe(true)
})

test('with the keyboard alone: Enter opens and sends, Escape closes, and the focus comes back', async ({ browser }) => {
  const { page } = await Person.arrives(browser, 'visitor', server.url)
  await page.goto(shopUrl)
  await expect(launcher(page)).toBeVisible()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(launcher(page)).toBeFocused()
  await page.keyboard.press('Enter')
  const message = panelOf(page).getByRole('textbox', { name: 'Message' })
  await expect(message).toBeFocused()
  await page.keyboard.type('How much is a student ticket?')
  await page.keyboard.press('Enter')
  await expect(panelOf(page).getByText('a student ticket 120 euros')).toBeVisible()
  await expect(message).toBeFocused()
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('two lines')
  await expect(message).toHaveValue('\ntwo lines')
  // What is open inside takes Escape first.
  await panelOf(page).getByRole('button', { name: 'More' }).focus()
  await page.keyboard.press('Enter')
  await expect(panelOf(page).getByRole('menu')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(panelOf(page).getByRole('menu')).toHaveCount(0)
  await expect(page.locator('iframe')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.locator('iframe')).toBeHidden()
  await expect(launcher(page)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(message).toBeFocused()
})

/** A browser that blocks third-party cookies, as its own settings page would set it. */
async function strictBrowser(): Promise<{ context: BrowserContext; away: () => Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'trialogue-strict-'))
  await mkdir(join(profile, 'Default'))
  const preferences = { profile: { block_third_party_cookies: true, cookie_controls_mode: 1 } }
  await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(preferences))
  const { launchOptions } = test.info().project.use
  const context = await chromium.launchPersistentContext(profile, launchOptions)
  const away = async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
  return { context, away }
}

test('on a page of another site, with third-party cookies and storage blocked, it works and is kept', async () => {
  const { context, away } = await strictBrowser()
  try {
    const page = await context.newPage()
    await page.goto(shopUrl)
    await launcher(page).click()
    await expect(panelOf(page).getByText('Hello, I am Michael.')).toBeVisible()
    // It is blocked indeed.
    const frame = page.frames().find((one) => one.url().startsWith(server.url))
    expect(await frame?.evaluate(() => {
      try {
        return `${localStorage.length} kept`
      } catch (error) {
        return (error as Error).name
      }
    })).toBe('SecurityError')
    await asks(page, 'How much is a student ticket?')
    await expect(panelOf(page).getByText('a student ticket 120 euros')).toBeVisible()
    expect((await context.cookies()).length).toBe(0)
    // The page around it gave a name, so none is asked for.
    await panelOf(page).getByRole('button', { name: 'People in this conversation:' }).click()
    await expect(panelOf(page).getByText('Kim', { exact: true })).toBeVisible()
    await page.reload()
    await launcher(page).click()
    await expect(panelOf(page).getByRole('log').getByText('How much is a student ticket?')).toBeVisible()
  } finally {
    await away()
  }
})

test('a call on a phone, upright and sideways: its controls, its chat and the device step before it are in sight', async ({ browser }) => {
  const pages = [
    { width: 844, height: 390 },
    { width: 760, height: 360 },
    { width: 667, height: 375 },
    { width: 390, height: 760 },
  ]
  const context = await browser.newContext({ viewport: pages[0], reducedMotion: 'reduce', hasTouch: true })
  const page = await context.newPage()
  const panel = panelOf(page)
  const inSight = async (...parts: Locator[]) => {
    for (const part of parts) await expect(part, JSON.stringify(page.viewportSize())).toBeInViewport({ ratio: 0.99 })
  }
  await page.goto(`${server.url}/demo`)
  await launcher(page).click()
  await asks(page, 'How do I get from the airport to the venue?')
  await expect(panel.getByText('the light rail takes 45 minutes')).toBeVisible()
  await panel.getByRole('button', { name: 'Video + Text' }).click()
  const join = panel.getByRole('button', { name: 'Join', exact: true })
  for (const size of pages) {
    await page.setViewportSize(size)
    await page.screenshot({ path: `../../test-results/screenshots/widget-join-${size.width}.png` })
    await inSight(join, panel.getByRole('button', { name: 'Camera off' }), panel.getByRole('button', { name: 'Microphone off' }))
  }
  await join.click()
  await expect(panel.locator('section[data-media="connected"]')).toBeVisible({ timeout: 30_000 })
  await asks(page, 'How much is a student ticket?')
  await expect(panel.getByRole('log').getByText('a student ticket 120 euros')).toBeVisible()
  const persona = panel.getByRole('article', { name: /^Michael, AI/ })
  const others = panel.getByRole('list', { name: 'Others in the call' })
  for (const size of pages) {
    await page.setViewportSize(size)
    await page.screenshot({ path: `../../test-results/screenshots/widget-call-${size.width}.png` })
    expect(await page.locator('iframe').boundingBox()).toEqual({ x: 0, y: 0, ...size })
    await inSight(persona, others, panel.getByRole('button', { name: 'Leave the video' }), panel.getByRole('textbox', { name: 'Message' }))
    const name = persona.getByText('Michael', { exact: true })
    expect(await overlap(name, others), 'the others stand over the name').toBe(false)
    expect(await overlap(name, persona.locator('p')), 'the words stand over the name').toBe(false)
  }
  await context.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`on a phone 375 px wide, ${colorScheme}: it fills the screen, nothing runs over, and nothing bars anybody`, async ({ browser }) => {
    const context = await browser.newContext({ viewport: { width: 375, height: 667 }, colorScheme, reducedMotion: 'reduce', hasTouch: true })
    const page = await context.newPage()
    await page.goto(`${server.url}/demo`)
    await launcher(page).click()
    await asks(page, 'How do I get from the airport to the venue?')
    await expect(panelOf(page).getByText('the light rail takes 45 minutes')).toBeVisible()
    expect(await page.locator('iframe').boundingBox()).toEqual({ x: 0, y: 0, width: 375, height: 667 })
    await expect(page.getByRole('button', { name: 'Close Michael' })).toBeHidden()
    const frame = page.frames().find((one) => one.url().includes('/widget/'))
    expect(await frame?.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
    await page.screenshot({ path: `../../test-results/screenshots/widget-phone-${colorScheme}.png` })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
    await context.close()
  })
}
