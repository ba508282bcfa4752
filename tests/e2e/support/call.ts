import { expect } from '@playwright/test'
import { type Colour, withFace } from './faces.ts'
import type { Person } from './people.ts'
import { Talk } from './talk.ts'

/** A button of the call's own bar. */
export const control = ({ page }: Person, name: string | RegExp) =>
  page.getByRole('group', { name: 'Call' }).getByRole('button', { name })

export const tile = ({ page }: Person, name: string) => page.getByRole('article', { name: new RegExp(`^${name},`) })

/** Chooses what to come in with, on the page of the device step. */
export async function switchesOn(person: Person, ...devices: ('Camera' | 'Microphone')[]): Promise<void> {
  const step = person.page.getByRole('region', { name: 'Camera and microphone' })
  for (const device of devices) {
    await step.getByRole('button', { name: `${device} off` }).click()
    await expect(step.getByRole('button', { name: `${device} on` })).toBeVisible()
  }
}

/** A visitor, Sam, in Video + Text with camera and microphone; with neither where there is no colour. */
export async function beginsByVideo(server: string, persona: string, colour: Colour | null): Promise<Talk> {
  const talk = await Talk.begins(await withFace(colour), server, persona, 'Hello there.')
  await talk.visitor.page.getByRole('button', { name: 'Video + Text' }).click()
  if (colour) await switchesOn(talk.visitor, 'Camera', 'Microphone')
  await talk.visitor.page.getByRole('button', { name: 'Join', exact: true }).click()
  await isInCall(talk.visitor)
  if (colour) await isSending(talk)
  return talk
}

/** Devices open after one is in; what ends the call before that is a story of its own. */
const isSending = (talk: Talk) =>
  expect
    .poll(async () => {
      const people: { media: { camera: boolean; microphone: boolean } }[] = (await talk.view()).participants
      return people.some(({ media }) => media.camera && media.microphone)
    })
    .toBe(true)

export const isInCall = (person: Person) =>
  expect(person.page.locator('section[data-media="connected"]')).toBeVisible({ timeout: 30_000 })

/** A user of the workspace comes by the conversation URL, through the waiting room, with what they switch on there. */
export async function comesByVideo(user: Person, talk: Talk, ...devices: ('Camera' | 'Microphone')[]): Promise<void> {
  await user.page.goto(talk.url)
  await user.presses('Knock')
  await talk.visitor.presses('Let the user in')
  await switchesOn(user, ...devices)
  await user.presses('Join')
  await isInCall(user)
}

export async function choosesAbout(person: Person, name: string, entry: string): Promise<void> {
  await tile(person, name).hover()
  await person.page.getByRole('button', { name: `More about ${name}` }).click()
  await person.page.getByRole('menuitem', { name: entry }).click()
}
