import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A language model behind OpenAI's chat API that says what a scenario lets it say, when it lets it: a slow answer takes exactly as
 * long as what happens meanwhile.
 */
export class LanguageModel {
  private readonly asked: Asked[] = []
  private readonly waiting: ((asked: Asked) => void)[] = []
  private readonly server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const asked = new Asked(body, response)
      const next = this.waiting.shift()
      if (next) next(asked)
      else this.asked.push(asked)
    })
  })

  /** Starts, and answers the settings with which the server asks it. */
  async start(): Promise<Record<string, string>> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    const { port } = this.server.address() as AddressInfo
    return { TRIALOGUE_ANSWERER__URL: `http://127.0.0.1:${port}/v1/`, TRIALOGUE_ANSWERER__MODEL: 'scripted' }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  /** The next question put to it, in their order. */
  async isAsked(): Promise<Asked> {
    const asked = this.asked.shift()
    if (asked) return asked
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the model was not asked')), 15_000)
      this.waiting.push((next) => {
        clearTimeout(timer)
        resolve(next)
      })
    })
  }
}

/** One question put to the model. */
export class Asked {
  readonly question: string

  constructor(
    body: string,
    private readonly response: ServerResponse,
  ) {
    const { messages } = JSON.parse(body) as { messages: { role: string; content: string }[] }
    const data = JSON.parse(messages.find(({ role }) => role === 'user')?.content ?? '{}') as { question?: string }
    this.question = data.question ?? ''
    // Whoever asked may have hung up: an outdated answer is of no use to them.
    response.on('error', () => undefined)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    this.sends('ENOUGH: yes\n')
  }

  /** Says a piece of the answer; the passages found suffice. */
  says(text: string): void {
    this.sends(text)
  }

  /** Ends the answer as it should. */
  ends(): void {
    this.sends('\nSOURCES: 1\n')
    this.response.write(`data: ${JSON.stringify(chunk({}, 'stop'))}\n\n`)
    this.response.end('data: [DONE]\n\n')
  }

  private sends(content: string): void {
    this.response.write(`data: ${JSON.stringify(chunk({ role: 'assistant', content }, null))}\n\n`)
  }
}

const chunk = (delta: object, finish_reason: string | null) => ({
  id: 'scripted',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'scripted',
  choices: [{ index: 0, delta, finish_reason }],
})
