import type { Person } from './people.ts'

/** All that a browser was sent: every answer and every frame of a socket, as text. */
export class Wire {
  private readonly heard: string[] = []
  private readonly reading: Promise<unknown>[] = []

  /** From now on. */
  static of(person: Person): Wire {
    const wire = new Wire()
    person.page.on('response', (response) => {
      const read = response.text().then(
        (text) => wire.heard.push(text),
        // A redirect has no body.
        () => undefined,
      )
      wire.reading.push(read)
    })
    person.page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => wire.heard.push(payload.toString()))
    })
    return wire
  }

  async all(): Promise<string> {
    await Promise.all(this.reading)
    return this.heard.join('\n')
  }
}
