import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'

export const DEMO_PASSWORD = 'trialogue-demo'

const contexts = new Set<BrowserContext>()

/** After a scenario: closes what its people had open. */
export async function everybodyLeaves(): Promise<void> {
  const open = [...contexts]
  contexts.clear()
  await Promise.all(open.map((context) => context.close()))
}

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
    contexts.add(context)
    const page = await context.newPage()
    return new Person(name, context, page, server)
  }

  /** The same person in another tab. */
  static async opens(person: Person): Promise<Person> {
    return new Person(person.name, person.context, await person.context.newPage(), person.server)
  }

  /** Arrives with a session of the dashboard, as somebody does who signed in earlier. */
  static async arrivesSignedIn(browser: Browser, name: string, server: string): Promise<Person> {
    const person = await Person.arrives(browser, name, server)
    await person.posts('/session', { email: `${name}@demo.example`, password: DEMO_PASSWORD })
    return person
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

  /** An entry of the conversation's ⋮ menu. */
  async chooses(entry: string): Promise<void> {
    await this.page.getByRole('button', { name: 'More' }).click()
    await this.page.getByRole('menuitem', { name: entry }).click()
  }

  /** Asks the API with this browser's cookies; the answer is whatever comes, a refusal too. */
  async asks(method: 'GET' | 'POST' | 'PATCH', path: string, data?: unknown): Promise<{ status: number; body: any }> {
    const response = await this.context.request.fetch(`${this.server}/api/v1${path}`, { method, data })
    const text = await response.text()
    return { status: response.status(), body: text === '' ? null : JSON.parse(text) }
  }

  /** As `asks`, where a refusal would be a fault of the scenario. */
  async posts(path: string, data: unknown): Promise<any> {
    const { status, body } = await this.asks('POST', path, data)
    expect(status, `POST ${path}: ${JSON.stringify(body)}`).toBeLessThan(300)
    return body
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ animations: 'disabled', path: `../../test-results/screenshots/${name}.png` })
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
