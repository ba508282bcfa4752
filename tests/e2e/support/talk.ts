import { type Browser, expect } from '@playwright/test'
import { Person } from './people.ts'

/** A conversation that a visitor, Sam, began in a browser of their own. What a scenario only needs as its ground is done over the API. */
export class Talk {
  private constructor(
    readonly visitor: Person,
    readonly id: string,
    private readonly token: string,
  ) {}

  static async begins(browser: Browser, server: string, persona: string, words = 'How much is a student ticket?'): Promise<Talk> {
    const visitor = await Person.arrives(browser, 'visitor', server)
    await visitor.page.goto(`${server}/p/${persona}`)
    await visitor.page.getByLabel('Your name').fill('Sam')
    await visitor.says(words)
    const kept = await visitor.page.evaluate((key) => localStorage.getItem(key), `trialogue.visitor.${persona}`)
    const { token, conversationId } = JSON.parse(kept ?? '{}') as { token: string; conversationId: string }
    return new Talk(visitor, conversationId, token)
  }

  /** The conversation URL. */
  get url(): string {
    return `${this.visitor.server}/c/${this.id}`
  }

  /** Gives a command as the visitor; answers the seq of what it caused. */
  async does(command: Record<string, unknown>): Promise<number> {
    return (await this.asVisitor('/commands', { command })).seq
  }

  async visitorWrites(text: string): Promise<void> {
    await this.asVisitor('/messages', { id: crypto.randomUUID(), text })
  }

  async invites(email: string, note = ''): Promise<number> {
    return this.does({ do: 'invite_guest', email, note })
  }

  /** Everything that happened, as the visitor may know it. */
  async events(): Promise<{ seq: number; event: any }[]> {
    return (await this.asVisitor('/events?after=0&limit=500')).events
  }

  async view(): Promise<any> {
    return (await this.asVisitor('')).view
  }

  /** What the refusal of a command says. */
  async isRefused(command: Record<string, unknown>): Promise<{ status: number; code: string }> {
    const response = await this.fetches('/commands', { command })
    expect(response.ok, 'the command was not refused').toBe(false)
    return (await response.json()) as { status: number; code: string }
  }

  async admits(request_id: number, history: 'all' | 'from_join' = 'all'): Promise<void> {
    await this.does({ do: 'admit', request_id, history })
  }

  /** Brings a signed-in person inside, as far as their page, without a word about how. */
  async letsIn(person: Person, history: 'all' | 'from_join' = 'all'): Promise<void> {
    const { request_id } = await person.posts(`/conversations/${this.id}/knocks`, {})
    await this.admits(request_id, history)
    await person.posts(`/conversations/${this.id}/knocks/${request_id}/join`, {})
    await person.page.goto(this.url)
    await expect(person.log).toBeVisible()
  }

  /** The card of a knock, on the page of a host. */
  card(host: Person = this.visitor) {
    return host.page.getByRole('region', { name: 'A request to join' })
  }

  private async asVisitor(path: string, data?: unknown): Promise<any> {
    const response = await this.fetches(path, data)
    const text = await response.text()
    expect(response.ok, `${path} ${JSON.stringify(data)}: ${text}`).toBe(true)
    return text === '' ? null : JSON.parse(text)
  }

  private fetches(path: string, data?: unknown): Promise<Response> {
    return fetch(`${this.visitor.server}/api/v1/conversations/${this.id}${path}`, {
      method: data === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(data !== undefined && { body: JSON.stringify(data) }),
    })
  }
}
