import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'

export const DEMO_PASSWORD = 'trialogue-demo'

/** One person with a browser of their own: no cookie or storage is shared with anybody else. */
export class Person {
  private constructor(
    readonly name: string,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly server: string,
  ) {}

  static async arrives(browser: Browser, name: string, server: string): Promise<Person> {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await context.newPage()
    return new Person(name, context, page, server)
  }

  async signsIn(email: string): Promise<void> {
    await this.page.goto(`${this.server}/sign-in`)
    await this.fillsInSignIn(email)
    await this.page.waitForURL('**/dashboard**')
  }

  async fillsInSignIn(email: string): Promise<void> {
    await this.page.getByLabel('E-mail').fill(email)
    await this.page.getByLabel('Password').fill(DEMO_PASSWORD)
    await this.page.getByRole('button', { name: 'Sign in' }).click()
  }

  async says(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Message' }).fill(text)
    await this.page.getByRole('button', { name: 'Send', exact: true }).click()
    await this.reads(text)
  }

  get log() {
    return this.page.getByRole('log', { name: 'Messages' })
  }

  async reads(text: string | RegExp): Promise<void> {
    await expect(this.log.getByText(text).last()).toBeVisible()
  }

  async doesNotRead(text: string | RegExp): Promise<void> {
    await expect(this.log.getByText(text)).toHaveCount(0)
  }

  async presses(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).first().click()
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: `../../test-results/screenshots/${name}.png` })
  }
}

/** The id of the demo's persona, once it has read its sources. */
export async function demoPersona(server: string): Promise<string> {
  const get = async <Body>(path: string) => (await (await fetch(server + path)).json()) as Body
  for (let tries = 0; tries < 300; tries += 1) {
    const { persona_id } = await get<{ persona_id: string | null }>('/api/v1/public/demo')
    const { effects } = await get<{ effects: { waiting: number; leased: number } }>('/healthz')
    if (persona_id && effects.waiting + effects.leased === 0) return persona_id
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the demo persona did not get ready')
}
