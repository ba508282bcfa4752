// The table client × scenario × server. MEDIA_TABLE names the page; with it, columns may be run one at a time, for what each said last is
// kept in test-results and the page is written from all of them. Without it, as when one scenario is looked into, nothing is kept.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { FullConfig, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter'
import { python } from './native.ts'
import { programFor } from './server.ts'

const headings: Record<string, string> = {
  'chromium-v1': 'livekit-client, one connection, Chromium',
  'chromium-v0': 'livekit-client, two connections, Chromium',
  'native-v1': 'livekit (PyPI, native), one connection',
  'native-v0': 'livekit (PyPI, native), two connections',
  'firefox-v1': 'livekit-client, one connection, Firefox',
  npm: 'livekit-server-sdk (npm)',
  pypi: 'livekit-api (PyPI)',
}

interface Cell {
  mark: string
  note?: string
}

/** One column's last run: cells by scenario, in order. */
interface ColumnRun {
  on: string
  cells: Record<string, Cell & { file: string }>
}

/** One file for each column, so that runs beside each other do not overwrite what the other found. */
const kept = new URL('../../../test-results/media-table/', import.meta.url)

function keptRuns(): Record<string, ColumnRun> {
  if (!existsSync(kept)) return {}
  const files = readdirSync(kept).filter((name) => name.endsWith('.json'))
  return Object.fromEntries(files.map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(new URL(encodeURI(name), kept), 'utf8'))]))
}

function verdict(result: TestResult, skipped?: string, reason?: string): Cell {
  if (result.status === 'passed') return { mark: result.retry ? '✓²' : '✓' }
  return result.status === 'skipped' ? { mark: '–', note: skipped } : { mark: '✗', note: reason }
}

export default class Table implements Reporter {
  readonly #file: string | undefined
  readonly #runs: Record<string, ColumnRun> = {}
  readonly #cells = new Map<string, Map<string, Cell>>()
  readonly #files = new Map<string, Set<string>>()
  #columns: string[] = []

  constructor({ file }: { file?: string }) {
    this.#file = file
  }

  onBegin(config: FullConfig, _suite: Suite): void {
    this.#columns = config.projects.map((project) => project.name)
    for (const kind of ['built-in', 'livekit'] as const) {
      const program = programFor(kind)
      if ('missing' in program) console.log(`\n!!! The ${kind} columns are SKIPPED: ${program.missing}\n`)
    }
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const project = test.parent.project()?.name ?? ''
    const scenario = test.title.replace(' @fast', '')
    const file = test.location.file.replace(/^.*\//, '').replace('.spec.ts', '')
    const run: ColumnRun = this.#runs[project] ?? { on: '', cells: {} }
    this.#runs[project] = run
    run.on = new Date().toISOString().slice(0, 16).replace('T', ' ')
    const skipped = test.annotations.find((a) => a.type === 'skip')?.description
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the runner colours its messages with them
    const reason = result.errors[0]?.message?.replace(/\u001b\[[0-9;]*m/g, '').split('\n')[0]
    run.cells[scenario] = { file, ...verdict(result, skipped, reason) }
  }

  onEnd(): void {
    if (!this.#file) return
    mkdirSync(kept, { recursive: true })
    for (const [project, run] of Object.entries(this.#runs)) {
      writeFileSync(new URL(encodeURI(`${project}.json`), kept), JSON.stringify(run, null, 1))
    }
    Object.assign(this.#runs, keptRuns())
    for (const [project, run] of Object.entries(this.#runs)) {
      for (const [scenario, { file, ...cell }] of Object.entries(run.cells)) {
        this.#files.set(file, (this.#files.get(file) ?? new Set()).add(scenario))
        this.#cells.set(scenario, (this.#cells.get(scenario) ?? new Map()).set(project, cell))
      }
    }
    writeFileSync(this.#file, this.#page())
  }

  #page(): string {
    const service = (name: string) => name.endsWith(' npm') || name.endsWith(' pypi')
    return `${[
      '# Clients that nobody here wrote',
      '',
      'Written by `make media-clients`; not to be edited by hand. Each cell is one scenario of `tests/media/scenarios` with real clients and a real server: the client',
      'under test meets `livekit-client` in Chromium. Who is seen and heard is told by pixels and spectrum: everybody has a colour and a pitch of their own.',
      'The same expectations hold for LiveKit’s own server, so that each is a fact about the protocol and not about us.',
      '',
      '✓ passed, ✓² passed at the second try, ✗ failed, – not tried (why stands below).',
      '',
      ...this.#versions(),
      '',
      '## In the call',
      '',
      ...this.#rows(
        [...this.#files].filter(([file]) => file !== 'steward').flatMap(([, rows]) => [...rows]),
        this.#columns.filter((name) => !service(name)),
      ),
      '',
      '## The RoomService',
      '',
      ...this.#rows([...(this.#files.get('steward') ?? [])], this.#columns.filter(service)),
      '',
      ...this.#notes('✗', '## What failed'),
      ...this.#notes('–', '## What was not tried'),
    ]
      .join('\n')
      .trimEnd()}\n`
  }

  #rows(scenarios: string[], columns: string[]): string[] {
    const short = columns.map((name) => {
      const [server = '', client = ''] = name.split(' ')
      return `${headings[client]} → ${server === 'livekit' ? 'LiveKit' : 'built-in'}`
    })
    const mark = (scenario: string, name: string) => this.#cells.get(scenario)?.get(name)?.mark ?? ''
    const passed = (name: string) => scenarios.filter((s) => mark(s, name).startsWith('✓')).length
    const tried = (name: string) => scenarios.filter((s) => mark(s, name) !== '' && mark(s, name) !== '–').length
    return [
      `| scenario | ${short.join(' | ')} |`,
      `|---|${columns.map(() => ':-:|').join('')}`,
      ...scenarios.map((s) => `| ${s} | ${columns.map((name) => mark(s, name)).join(' | ')} |`),
      `| column run on (UTC) | ${columns.map((name) => this.#runs[name]?.on ?? 'not run').join(' | ')} |`,
      `| **passed of those tried** | ${columns.map((name) => `${passed(name)}/${tried(name)}`).join(' | ')} |`,
    ]
  }

  #notes(mark: string, heading: string): string[] {
    const lines = new Map<string, string[]>()
    for (const [scenario, row] of this.#cells) {
      for (const [project, cell] of row) {
        if (cell.mark !== mark) continue
        const key = mark === '–' ? (cell.note ?? 'no reason given') : `${scenario}: ${cell.note ?? 'no message'}`
        lines.set(key, [...(lines.get(key) ?? []), mark === '–' ? scenario : project])
      }
    }
    if (lines.size === 0) return []
    const line = (what: string, where: string[]) =>
      mark === '–' ? `- ${what}: ${new Set(where).size} scenarios` : `- ${what} (${where.join(', ')})`
    return [heading, '', ...[...lines].map(([what, where]) => line(what, where)), '']
  }

  #versions(): string[] {
    const say = (command: string, ...argument: string[]) => {
      try {
        return execFileSync(command, argument, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
      } catch {
        return 'not here'
      }
    }
    const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      devDependencies: Record<string, string>
    }
    const pinned = readFileSync(new URL('../native/requirements.txt', import.meta.url), 'utf8').trim().split('\n').join(', ')
    const livekit = programFor('livekit')
    return [
      `With livekit-client ${devDependencies['livekit-client']}, livekit-server-sdk ${devDependencies['livekit-server-sdk']}, ${pinned}, ` +
        `${say(process.env.CHROMIUM ?? '/usr/bin/chromium', '--version').replace(/ built on.*/, '')}, ${say('firefox-esr', '--version')}, ` +
        `${say(python, '--version')}, ${'path' in livekit ? say(livekit.path, '--version') : 'no LiveKit server'}.`,
    ]
  }
}
