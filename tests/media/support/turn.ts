// coturn, where it is installed: a TURN server that takes logins made from a shared secret.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { accessSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './server.ts'

const program = process.env.TURNSERVER ?? '/usr/bin/turnserver'

export interface Turn {
  host: string
  port: number
  secret: string
  /** The names of those who were given a relay so far. */
  users(): string[]
  close(): Promise<void>
}

export function turnIsHere(): boolean {
  try {
    accessSync(program)
    return true
  } catch {
    return false
  }
}

export async function startTurn(host: string): Promise<Turn> {
  const folder = mkdtempSync(join(tmpdir(), 'media-turn-'))
  const [port, secret, log] = [await freePort(), randomUUID(), join(folder, 'log')]
  const child: ChildProcess = spawn(
    program,
    [
      ...['-n', '--no-cli', '--no-tls', '--no-dtls', '--simple-log', '--verbose', '--log-file', log, '--pidfile', join(folder, 'pid')],
      ...['--listening-ip', host, '--relay-ip', host, '--listening-port', String(port), '--realm', 'tests'],
      ...['--use-auth-secret', '--static-auth-secret', secret, '--userdb', join(folder, 'users')],
      // As docs/operations.md advises: it relays to the media server and to nobody else. That the media server is on the loopback interface is of these tests.
      ...['--denied-peer-ip', '0.0.0.0-255.255.255.255', '--allowed-peer-ip', host, '--allow-loopback-peers'],
    ],
    { stdio: 'ignore' },
  )
  const said = () => {
    try {
      return readFileSync(log, 'utf8')
    } catch {
      return ''
    }
  }
  for (let attempt = 0; !said().includes(`${host}:${port}`); attempt += 1) {
    if (child.exitCode !== null || attempt === 100) throw new Error(`coturn does not listen:\n${said()}`)
    await pause(50)
  }
  return {
    host,
    port,
    secret,
    users: () => [...said().matchAll(/user <([^>]*)>: incoming packet ALLOCATE processed, success/g)].map((found) => found[1] ?? ''),
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
