// A UDP relay that delays: the kernel of most test machines comes without `tc netem`. A media server announces the relay's address; what comes from and goes
// to chosen clients takes a drawn time longer, each datagram its own, so that they overtake each other. Everything else passes at once.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

export interface Relay {
  /**
   * Delays datagrams from and to these ports of clients by up to so many milliseconds, each way; none with 0. A client that is told by the server where
   * it comes from knows itself by a port of this relay: that will do as well.
   */
  delay(most: number, ports: number[]): void
  /** How many datagrams were delayed, and how many of these came out after a younger one. */
  delayed(): { all: number; overtaken: number }
  close(): void
}

/** A datagram's number on its way, to see whether it was overtaken. */
interface Order {
  sent: number
  arrived: number
}

export async function relayTo(server: { address: string; port: number }, at: { address: string; port: number }): Promise<Relay> {
  const front = createSocket('udp4')
  const back = new Map<string, Socket>()
  let most = 0
  let chosen = new Set<number>()
  let [all, overtaken] = [0, 0]

  const pass = (client: number, own: Socket, order: Order, send: () => void) => {
    if (most === 0 || !(chosen.has(client) || chosen.has(own.address().port))) return send()
    order.sent += 1
    const number = order.sent
    setTimeout(() => {
      all += 1
      if (number < order.arrived) overtaken += 1
      order.arrived = Math.max(order.arrived, number)
      send()
    }, Math.random() * most)
  }

  // Each client has a socket of its own towards the server, which tells clients apart by address.
  const open = (from: RemoteInfo): Socket => {
    const socket = createSocket('udp4').bind(0, server.address)
    const down: Order = { sent: 0, arrived: 0 }
    socket.on('error', () => {})
    socket.on('message', (datagram) => pass(from.port, socket, down, () => front.send(datagram, from.port, from.address)))
    return socket
  }

  const up: Order = { sent: 0, arrived: 0 }
  front.on('message', (datagram, from) => {
    const key = `${from.address}:${from.port}`
    const socket = back.get(key) ?? open(from)
    back.set(key, socket)
    pass(from.port, socket, up, () => socket.send(datagram, server.port, server.address))
  })
  front.bind(at.port, at.address)
  await once(front, 'listening')
  return {
    delay: (milliseconds, ports) => {
      most = milliseconds
      chosen = new Set(ports)
    },
    delayed: () => ({ all, overtaken }),
    close: () => {
      for (const socket of [front, ...back.values()]) socket.close()
      back.clear()
    },
  }
}
