import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, expect } from '@playwright/test'
import { Person } from './people.ts'

/** What a camera sees, so that whoever is seen can be told by their picture. */
export type Colour = 'red' | 'blue' | 'yellow' | 'cyan'

/** In BT.601, as cameras send it. */
const YUV: Record<Colour, [number, number, number]> = {
  red: [81, 90, 240],
  blue: [41, 240, 110],
  yellow: [210, 16, 146],
  cyan: [170, 166, 16],
}

const RGB: Record<Colour, [number, number, number]> = {
  red: [255, 0, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  cyan: [0, 255, 255],
}

const WIDTH = 320
const HEIGHT = 180
const FRAMES = 20

const open = new Set<() => Promise<void>>()

/** After a scenario: closes the browsers of all who had a face, or none. */
export async function facesLeave(): Promise<void> {
  const closing = [...open]
  open.clear()
  await Promise.all(closing.map((close) => close()))
}

/**
 * A browser of one's own with a camera that sees this colour and a microphone that hears a voice of its own; with neither where no
 * colour is given. Chromium's fake devices are those of the whole browser: two faces need two browsers.
 */
export async function withFace(colour: Colour | null): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'trialogue-face-'))
  const devices: string[] = []
  if (colour) {
    await writeFile(join(folder, 'camera.y4m'), picture(colour))
    await writeFile(join(folder, 'voice.wav'), voice(colour))
    devices.push(
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${join(folder, 'camera.y4m')}`,
      `--use-file-for-fake-audio-capture=${join(folder, 'voice.wav')}`,
    )
  }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--no-first-run',
      '--use-fake-ui-for-media-stream',
      '--auto-select-desktop-capture-source=Entire screen',
      ...devices,
    ],
  })
  open.add(async () => {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  })
  return browser
}

/** In front of a camera, in a browser of their own. */
export const arrivesWithFace = async (colour: Colour | null, name: string, server: string): Promise<Person> =>
  Person.arrives(await withFace(colour), name, server)

export const arrivesSignedInWithFace = async (colour: Colour | null, name: string, server: string): Promise<Person> =>
  Person.arrivesSignedIn(await withFace(colour), name, server)

/** The running picture that is labelled so on this one's page. */
export const pictureOf = (viewer: Person, label: string) => viewer.page.locator(`video[aria-label="${label}"]`)

/** Sees a picture that moves on, in the colour of the one whose it should be. */
export async function sees(viewer: Person, label: string, colour: Colour): Promise<void> {
  const video = pictureOf(viewer, label)
  await expect(video).toBeVisible()
  const decoded = () => video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames)
  const before = await decoded()
  await expect.poll(decoded, { message: `${viewer.name} sees no new frames of ${label}`, timeout: 30_000 }).toBeGreaterThan(before + 5)
  await expect.poll(() => colourOf(viewer, label), { message: `what ${viewer.name} sees as ${label}` }).toBe(colour)
}

export async function doesNotSee(viewer: Person, label: string, within?: number): Promise<void> {
  await expect(pictureOf(viewer, label)).toHaveCount(0, within === undefined ? {} : { timeout: within })
}

/** Which of the colours the picture is nearest to. */
async function colourOf(viewer: Person, label: string): Promise<Colour | null> {
  const [red, green, blue] = await pictureOf(viewer, label).evaluate((element: HTMLVideoElement) => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 1
    const pen = canvas.getContext('2d')
    if (!pen || element.videoWidth === 0) return [0, 0, 0]
    // Beside the moving bar, which is in the lower half.
    pen.drawImage(element, 0, 0, element.videoWidth, element.videoHeight / 3, 0, 0, 1, 1)
    return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)]
  })
  if ((red ?? 0) + (green ?? 0) + (blue ?? 0) < 60) return null
  const distance = ([r, g, b]: [number, number, number]) => Math.hypot(r - (red ?? 0), g - (green ?? 0), b - (blue ?? 0))
  const colours = Object.keys(RGB) as Colour[]
  return colours.reduce((nearest, colour) => (distance(RGB[colour]) < distance(RGB[nearest]) ? colour : nearest))
}

/** One colour with a bar that moves, so that frames differ. */
function picture(colour: Colour): Buffer {
  const [luma, cb, cr] = YUV[colour]
  const frames = Array.from({ length: FRAMES }, (_, frame) => {
    const bright = Buffer.alloc(WIDTH * HEIGHT, luma)
    const left = Math.round((frame / FRAMES) * (WIDTH - 24))
    for (let row = HEIGHT / 2; row < HEIGHT; row += 1) bright.fill(235, row * WIDTH + left, row * WIDTH + left + 24)
    const quarter = (WIDTH * HEIGHT) / 4
    return [Buffer.from('FRAME\n'), bright, Buffer.alloc(quarter, cb), Buffer.alloc(quarter, cr)]
  })
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F15:1 Ip A1:1 C420\n`), ...frames.flat()])
}

/**
 * Six seconds of syllables with pauses, 48 kHz, mono, 16 bit: what browsers take for a voice. They filter out a steady tone as noise,
 * and as an echo what they play just now; so everybody has a pitch of their own.
 */
function voice(colour: Colour): Buffer {
  const rate = 48_000
  const syllable = 0.24
  const pitch = { red: 190, blue: 110, yellow: 230, cyan: 140 }[colour]
  const samples = Buffer.alloc(rate * 6 * 2)
  let phase = 0
  for (let index = 0; index < samples.length / 2; index += 1) {
    const nth = Math.floor(index / rate / syllable)
    const at = (index / rate / syllable) % 1
    const base = pitch * (1 + 0.25 * Math.sin(nth * 2.4) + 0.12 * at)
    phase += (2 * Math.PI * base) / rate
    const loud = nth % 5 === 4 || at > 0.8 ? 0 : Math.sin((Math.PI * at) / 0.8) ** 2
    const [low, high] = [500 + 250 * Math.sin(nth * 1.7), 1_500 + 500 * Math.sin(nth * 2.9)]
    let sound = 0
    for (let overtone = 1; overtone <= 18; overtone += 1) {
      const hertz = overtone * base
      const weight = Math.exp(-(((hertz - low) / 250) ** 2)) + 0.5 * Math.exp(-(((hertz - high) / 350) ** 2)) + 0.05
      sound += weight * Math.sin(overtone * phase)
    }
    samples.writeInt16LE(Math.max(-32_000, Math.min(32_000, Math.round(6_000 * loud * sound))), index * 2)
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}
