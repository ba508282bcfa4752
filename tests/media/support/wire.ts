// A TCP relay before the signalling of one peer, so that a scenario can break the socket as a network would: no close frame.
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface Wire {
  port: number
  /** Resets every connection that is open now; new ones pass. */
  cut(): void
  /** Resets every connection and lets none through until it is released. */
  hold(): void
  release(): void
  close(): Promise<void>
}

export async function wireTo(host: string, port: number): Promise<Wire> {
  const open = new Set<Socket>()
  let held = false
  const relay: Server = createServer((near) => {
    if (held) return near.resetAndDestroy()
    const far = connect(port, host)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.pipe(near)
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const address = relay.address()
  if (!address || typeof address !== 'object') throw new Error('no port')
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  return {
    port: address.port,
    cut,
    hold: () => {
      held = true
      cut()
    },
    release: () => {
      held = false
    },
    close: async () => {
      cut()
      await new Promise((resolve) => relay.close(resolve))
    },
  }
}
