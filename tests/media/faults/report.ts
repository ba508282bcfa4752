// The page and the picture of the faults, from what each of them left in test-results.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Reporter } from '@playwright/test/reporter'

interface Side {
  frozen: number
  longestFreeze: number
  silent: number
  longestSilence: number
  recovered: number | null
}

interface Result {
  order: number
  name: string
  ann: Side
  ben: Side
}

interface Around {
  order: number
  name: string
  seconds: number | null
}

const folder = new URL('../../../test-results/media-faults/', import.meta.url)
const servers = { 'built-in': 'built-in', livekit: 'LiveKit' } as const

function results(server: string): Result[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.startsWith(`${server}-`))
  const read = files.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Result)
  return read.sort((a, b) => a.order - b.order)
}

const cell = ({ frozen, longestFreeze, silent, longestSilence, recovered }: Side) =>
  `${frozen} (${longestFreeze}) | ${silent} (${longestSilence}) | ${recovered ?? 'not'}`

/** Bars of what both sides together suffered: frozen picture and lost sound, server beside server. */
function picture(all: [string, Result[]][]): string {
  const rows = all.flatMap(([server, found]) => found.map((result) => ({ server, result })))
  rows.sort((a, b) => a.result.order - b.result.order)
  const most = Math.max(1, ...rows.flatMap(({ result: { ann, ben } }) => [ann.frozen + ben.frozen, ann.silent + ben.silent]))
  const bar = (seconds: number) => Math.round((seconds / most) * 380)
  const text = (x: number, y: number, content: string, more = '') => `<text x="${x}" y="${y}"${more}>${content}</text>`
  const lines = rows.flatMap(({ server, result: { name, ann, ben } }, i) => {
    const y = 40 + i * 34
    const [frozen, silent] = [ann.frozen + ben.frozen, ann.silent + ben.silent]
    return [
      text(8, y + 12, name.replace('&', '&amp;').replace('<', '&lt;')),
      text(430, y + 12, server, ' font-weight="bold"'),
      `<rect x="500" y="${y}" width="${bar(frozen)}" height="11" fill="#2563eb"/>`,
      text(504 + bar(frozen), y + 10, `${frozen.toFixed(1)} s`, ' font-size="10"'),
      `<rect x="500" y="${y + 13}" width="${bar(silent)}" height="11" fill="#d97706"/>`,
      text(504 + bar(silent), y + 23, `${silent.toFixed(1)} s`, ' font-size="10"'),
    ]
  })
  const height = 50 + rows.length * 34
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 940 ${height}" font-family="sans-serif" font-size="12" role="img">`,
    '<title>Seconds of frozen picture and of lost sound, by fault and server</title>',
    `<rect width="940" height="${height}" fill="#fff"/>`,
    text(500, 22, '<tspan fill="#2563eb">■</tspan> frozen picture, <tspan fill="#d97706">■</tspan> lost sound: Ann’s and Ben’s seconds together'),
    ...lines,
    '</svg>',
    '',
  ].join('\n')
}

/** Where the usual way is blocked from the beginning: how long until two see and hear each other all the same. */
function waysAround(): string[] {
  const folder = new URL('../../../test-results/media-ways/', import.meta.url)
  if (!existsSync(folder)) return []
  const names = readdirSync(folder)
  const all = names.map((file) => ({ file, ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Around) }))
  const cell = (order: number, server: string) => {
    const found = all.find((one) => one.order === order && one.file.startsWith(server))
    return found ? (found.seconds?.toFixed(1) ?? 'not') : '–'
  }
  const rows = [...new Map(all.map((one) => [one.order, one.name]))].sort(([a], [b]) => a - b)
  return [
    '## Where the usual way is blocked',
    '',
    'Seconds from the first join until two see and hear each other.',
    '',
    `| blocked from the beginning | ${Object.values(servers).join(' | ')} |`,
    `|---|${Object.keys(servers).map(() => '---|').join('')}`,
    ...rows.map(([order, name]) => `| ${name} | ${Object.keys(servers).map((server) => cell(order, server)).join(' | ')} |`),
    '',
  ]
}

export default class Faults implements Reporter {
  onEnd(): void {
    const page = process.env.MEDIA_FAULTS
    if (!page) return
    const all = Object.entries(servers).map(([key, name]) => [name, results(key)] as [string, Result[]])
    const images = page.replace(/[^/]*$/, 'images/')
    mkdirSync(images, { recursive: true })
    writeFileSync(`${images}media-faults.svg`, picture(all.filter(([, found]) => found.length > 0)))
    const head = ['| fault | Ann: picture frozen, s (longest) | sound lost, s (longest) | back after, s | Ben: picture frozen | sound lost | back after |', '|---|---|---|---|---|---|---|']
    const sections = all.flatMap(([name, found]) => [
      `## ${name}`,
      '',
      ...(found.length === 0 ? ['Not run.'] : [...head, ...found.map((r) => `| ${r.name} | ${cell(r.ann)} | ${cell(r.ben)} |`)]),
      '',
    ])
    const endedAt = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`
    writeFileSync(
      page,
      [
        '# What a bad network does to a call',
        '',
        'Written by `make media-faults`; not to be edited by hand. Ann and Ben are `livekit-client` in Chromium, each with a moving picture and a tone. A picture that',
        'stands still for 300 ms is frozen; 100 ms without any sound is a gap; “back after” counts from the end of the fault (from the fault itself, where it does not end)',
        'until picture and sound both go on. Faults are made by nftables in a network namespace of the run’s own, on one machine, whose two cores also encode and decode:',
        `one run each, so small differences mean nothing. This one ended at ${endedAt}.`,
        '',
        'Jitter is made by a UDP relay before the server (`tests/media/faults/relay.ts`): nftables drops, it does not delay, and `tc netem` is missing from many kernels.',
        '',
        '![Seconds of frozen picture and lost sound](images/media-faults.svg)',
        '',
        ...sections,
        ...waysAround(),
      ].join('\n'),
    )
  }
}
