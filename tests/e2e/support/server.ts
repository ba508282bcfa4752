import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
const target = process.env.CARGO_TARGET_DIR ?? join(cache, 'trialogue/target')
const binary = process.env.E2E_BINARY ?? join(target, 'release/trialogue')
const model = process.env.TRIALOGUE_MODEL_DIR ?? join(cache, 'trialogue/model')

const clockFile = (dataDir: string): string => join(dataDir, 'clock')

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise<void>((resolve) => probe.close(() => resolve()))
  return port
}

/** The real binary on a data folder of its own. */
export class TrialogueServer {
  private child?: ChildProcess
  private log = ''
  private aheadS = 0

  private constructor(
    readonly url: string,
    private readonly port: number,
    readonly dataDir: string,
    private readonly env: Record<string, string>,
  ) {}

  static async start(options: { smtpPort?: number; env?: Record<string, string>; demo?: boolean; movableClock?: boolean } = {}): Promise<TrialogueServer> {
    const port = await freePort()
    const dataDir = await mkdtemp(join(tmpdir(), 'trialogue-e2e-'))
    const env: Record<string, string> = {
      // The scenarios come from one address and are faster than people.
      TRIALOGUE_LIMITS__SIGN_INS_PER_MINUTE: '1000',
      TRIALOGUE_LIMITS__MESSAGES_PER_MINUTE: '10000',
      TRIALOGUE_LIMITS__KNOCKS_PER_MINUTE: '1000',
      TRIALOGUE_LIMITS__VISITORS_PER_MINUTE: '1000',
      TRIALOGUE_LIMITS__MEDIA_TOKENS_PER_MINUTE: '1000',
      // Any free port; TCP is asked for where a scenario needs it.
      TRIALOGUE_MEDIA__UDP_PORT: '0',
      TRIALOGUE_MEDIA__TCP_PORT: '0',
      ...(options.smtpPort
        ? {
            TRIALOGUE_SMTP__HOST: '127.0.0.1',
            TRIALOGUE_SMTP__PORT: String(options.smtpPort),
            TRIALOGUE_SMTP__SECURITY: 'none',
            TRIALOGUE_SMTP__FROM: 'Trialogue <no-reply@trialogue.example>',
          }
        : {}),
      ...(options.demo === false ? {} : { TRIALOGUE_DEMO: 'true' }),
      ...(options.movableClock
        ? {
            // libfaketime stands between the server and the system's clock; timers of the runtime go on as always.
            LD_PRELOAD: '/usr/$LIB/faketime/libfaketimeMT.so.1',
            FAKETIME_TIMESTAMP_FILE: clockFile(dataDir),
            FAKETIME_NO_CACHE: '1',
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
          }
        : {}),
      ...options.env,
    }
    if (options.movableClock) await writeFile(clockFile(dataDir), '+0')
    const server = new TrialogueServer(`http://localhost:${port}`, port, dataDir, env)
    await server.launch()
    return server
  }

  private async launch(): Promise<void> {
    const child = spawn(
      binary,
      ['serve', '--listen', `127.0.0.1:${this.port}`, '--public-url', this.url, '--data-dir', this.dataDir, '--model-dir', model],
      { env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    this.child = child
    child.stdout?.on('data', (chunk) => (this.log += chunk))
    child.stderr?.on('data', (chunk) => (this.log += chunk))
    const deadline = Date.now() + 60_000
    while (Date.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`the server stopped at once:\n${this.log}`)
      const up = await fetch(`${this.url}/healthz`).then(
        (response) => response.ok,
        () => false,
      )
      if (up) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the server did not come up:\n${this.log}`)
  }

  /** Ends the process as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  /** Starts it again, on the same data. */
  async startAgain(): Promise<void> {
    await this.launch()
  }

  async killAndRestart(): Promise<void> {
    await this.kill()
    await this.startAgain()
  }

  /** Moves the server's clock on. Returns once the server itself says so; browsers keep their own time. */
  async timePasses(seconds: number): Promise<void> {
    this.aheadS += seconds
    await writeFile(clockFile(this.dataDir), `+${this.aheadS}`)
    const deadline = Date.now() + 10_000
    while (Date.now() < deadline) {
      const said = (await fetch(`${this.url}/healthz`)).headers.get('date')
      if (Math.abs(Date.parse(said ?? '') - this.now) < 3_000) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the server's clock did not move: is the package faketime installed?\n${this.log}`)
  }

  /** The server's time, in milliseconds since the epoch. */
  get now(): number {
    return Date.now() + this.aheadS * 1_000
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM')
    await rm(this.dataDir, { recursive: true, force: true })
  }

  get output(): string {
    return this.log
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.child
    if (!child || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }
}
