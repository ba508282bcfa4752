// Chromium (through Playwright) and Firefox (through WebDriver BiDi; Playwright drives only a Firefox of its own making).
import { spawn } from 'node:child_process'
import { accessSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import puppeteer from 'puppeteer-core'
import { pageAddress } from './page.ts'
import { type Peer, peerOver } from './peer.ts'

export interface Source {
  /** A new client that has not joined yet. */
  peer(identity: string): Promise<Peer>
  close(): Promise<void>
}

// What runs inside of the page: ask by name. The outcome comes back as a value, for each driver words a thrown error differently.
const ask = async ([call, argument]: [string, unknown]) => {
  try {
    return { done: await (window as unknown as { calls: Record<string, (a: unknown) => Promise<unknown>> }).calls[call]?.(argument) }
  } catch (error) {
    return { error: `${(error as Error).name}: ${(error as Error).message}` }
  }
}

function outcome(answer: { done?: unknown; error?: string }): unknown {
  if (answer.error !== undefined) throw new Error(answer.error)
  return answer.done
}

/** Chromium. `command` stands for the browser, for instance a script that starts it in another network namespace. */
export async function chromiumPeers(command = process.env.CHROMIUM ?? '/usr/bin/chromium'): Promise<Source> {
  const address = pageAddress()
  const browser = await chromium.launch({
    executablePath: command,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
  return {
    async peer(identity) {
      const context = await browser.newContext()
      const page = await context.newPage()
      if (process.env.MEDIA_LOG) page.on('console', (line) => console.log(`[${identity}] ${line.text()}`))
      await page.goto(address)
      return peerOver(
        identity,
        async (call, argument) => outcome(await page.evaluate(ask, [call, argument] as [string, unknown])),
        async () => context.close(),
      )
    },
    close: async () => browser.close(),
  }
}

const firefox = process.env.FIREFOX ?? '/usr/bin/firefox-esr'
const pulseaudio = '/usr/bin/pulseaudio'

export function firefoxIsHere(): boolean {
  try {
    accessSync(firefox)
    accessSync(pulseaudio)
    return true
  } catch {
    return false
  }
}

export async function firefoxPeers(): Promise<Source> {
  const address = pageAddress()
  // Without a sound device Firefox starts no AudioContext: give it one that plays to nobody.
  const socket = join(mkdtempSync(join(tmpdir(), 'media-sound-')), 'socket')
  const sound = spawn(
    pulseaudio,
    ['-n', '--daemonize=no', '--exit-idle-time=-1', '-L', 'module-null-sink', '-L', `module-native-protocol-unix socket=${socket}`],
    { stdio: 'ignore' },
  )
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefox,
    headless: true,
    env: { ...process.env, PULSE_SERVER: `unix:${socket}` },
    extraPrefsFirefox: {
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      // Loopback is all there is between the peers of this suite.
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      // The H.264 plug-in would be fetched from the network.
      'media.gmp-manager.updateEnabled': false,
    },
  })
  return {
    async peer(identity) {
      const context = await browser.createBrowserContext()
      const page = await context.newPage()
      if (process.env.MEDIA_LOG) page.on('console', (line) => console.log(`[${identity}] ${line.text()}`))
      await page.goto(address)
      return peerOver(
        identity,
        async (call, argument) => outcome(await page.evaluate(ask, [call, argument] as [string, unknown])),
        async () => context.close(),
      )
    },
    close: async () => {
      await browser.close()
      sound.kill()
    },
  }
}
