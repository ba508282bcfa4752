// The servers of the table, each on free ports of its own. A scenario knows only the address and the keys.
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export type Kind = 'built-in' | 'livekit'

export interface Server {
  kind: Kind
  host: string
  port: number
  key: string
  secret: string
  pid: number
  /** Signalling, media over TCP, media over UDP. */
  ports: [number, number, number]
  /** SIGKILL, and the same server again on the same ports. */
  killAndRestart(): Promise<void>
  close(): Promise<void>
}

const key = 'devkey'
// LiveKit wants 32 characters at least.
const secret = 'a-secret-for-tests-only-0123456789'

/** The program for a kind of server, or why there is none. */
export function programFor(kind: Kind): { path: string } | { missing: string } {
  const variable = kind === 'livekit' ? 'LIVEKIT_SERVER' : 'MEDIA_SERVER'
  const path = process.env[variable]
  if (!path) return { missing: `${variable} names no ${kind} server` }
  try {
    accessSync(path)
    return { path }
  } catch {
    return { missing: `${path} is not there` }
  }
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/** Where media may be sent to: Firefox pairs no candidate with a server that is only on the loopback interface. */
function announced(host: string): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return [host, ...all.filter((a) => a.family === 'IPv4' && !a.internal).map((a) => a.address)]
}

export interface Options {
  /** The only address that clients are told, where something stands before the server: there is no TCP then, and UDP is taken on the loopback interface alone. */
  behind?: string
  /** The only addresses that clients are told. */
  announce?: string[]
  turn?: { host: string; port: number; secret: string; transport: 'udp' | 'tcp' }
}

export async function startServer(kind: Kind, { behind, announce, turn }: Options = {}): Promise<Server> {
  const host = '127.0.0.1'
  const program = programFor(kind)
  if ('missing' in program) throw new Error(program.missing)
  const [port, tcp, udp] = [await freePort(), await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), 'media-server-'))
  const log = process.env.MEDIA_SERVER_LOG ?? join(folder, 'log')
  const settings = join(folder, 'livekit.yaml')
  writeFileSync(
    settings,
    JSON.stringify({
      port,
      bind_addresses: [host],
      keys: { [key]: secret },
      rtc: {
        ...(behind ? { ips: { includes: [`${host}/32`] } } : { tcp_port: tcp }),
        udp_port: udp,
        use_external_ip: false,
        node_ip: behind ?? host,
        enable_loopback_candidate: true,
        ...(turn ? { turn_servers: [{ host: turn.host, port: turn.port, protocol: turn.transport, secret: turn.secret }] } : {}),
      },
      logging: { level: process.env.MEDIA_SERVER_LOG ? 'debug' : 'warn' },
    }),
  )
  const any = announce?.some((address) => address.includes(':')) ? '[::]' : '0.0.0.0'
  const command =
    kind === 'livekit'
      ? [program.path, '--config', settings]
      : [
          program.path,
          ...['--http', `${host}:${port}`, '--udp', `${behind ? host : any}:${udp}`, ...(behind ? [] : ['--tcp', `${any}:${tcp}`])],
          ...(behind ? [behind] : (announce ?? announced(host))).flatMap((address) => ['--announce', address]),
          ...(turn ? ['--ice-server', `turn:${turn.host}:${turn.port}?transport=${turn.transport}`, '--turn-secret', turn.secret] : []),
          ...['--api-key', key, '--api-secret', secret],
        ]
  let child: ChildProcess
  const start = async () => {
    const out = openSync(log, 'a')
    child = spawn(command[0] as string, command.slice(1), { stdio: ['ignore', out, out] })
    for (let attempt = 0; ; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`the ${kind} server ended at once; see ${log}`)
      try {
        // Any answer will do: it listens.
        await fetch(`http://${host}:${port}/`, { signal: AbortSignal.timeout(1000) })
        return
      } catch {
        if (attempt === 100) throw new Error(`the ${kind} server does not listen; see ${log}`)
        await pause(50)
      }
    }
  }
  const kill = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await ended
    }
  }
  await start()
  return {
    kind,
    host,
    port,
    key,
    secret,
    ports: [port, tcp, udp],
    get pid() {
      return child.pid as number
    },
    killAndRestart: async () => {
      await kill()
      await start()
    },
    close: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
