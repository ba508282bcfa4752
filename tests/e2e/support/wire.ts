import type { Person } from './people.ts'

/** All that a browser was sent: every answer and every frame of a socket, as text; and what it said over its sockets. */
export class Wire {
  private readonly heard: string[] = []
  private readonly told: string[] = []
  private readonly reading: Promise<unknown>[] = []

  /** From now on. */
  static of(person: Person): Wire {
    const wire = new Wire()
    person.page.on('requestfinished', (request) => {
      const text = request.response().then((response) => response?.text() ?? '')
      // A redirect has no body, and a page that was left takes its answers with it.
      wire.reading.push(text.then((heard) => wire.heard.push(heard)).catch(() => undefined))
    })
    person.page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => wire.heard.push(payload.toString()))
      socket.on('framesent', ({ payload }) => wire.told.push(payload.toString()))
    })
    return wire
  }

  /** How many commands of this kind the page gave over its sockets. */
  commands(kind: string): number {
    return this.told.filter((frame) => frame.includes(`"do":"${kind}"`)).length
  }

  async all(): Promise<string> {
    await Promise.all(this.reading)
    return this.heard.join('\n')
  }
}
