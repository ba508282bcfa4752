// A client of the media server that is not ours, on a page that is not ours: it has the tokens that the product gives out and keeps
// to nothing else. The SDK's own checks of what may be published are switched off, so that what is refused is refused by the server.
import { createHmac, randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type * as livekit from 'livekit-client'
import type { Person } from './people.ts'

const sdk = createRequire(import.meta.url).resolve('livekit-client')

export interface Token {
  url: string
  token: string
}

type Source = 'camera' | 'microphone' | 'screen_share'

interface Hostile {
  room: livekit.Room
  goneFor: string | null
  screens: Map<string, HTMLVideoElement>
}

type InPage = typeof globalThis & { LivekitClient: typeof livekit; hostile: Hostile }

/** What somebody is told who asks for a token. */
export const asksForToken = (person: Person, conversation: string) => person.asks('POST', `/conversations/${conversation}/media-token`, {})

export class HostileClient {
  private constructor(private readonly page: Page) {}

  /** In this person's own browser, in front of their camera. */
  static async of(person: Person): Promise<HostileClient> {
    const page = await person.context.newPage()
    // Of the server's origin, so that the browser lends it the camera, and without the policy of our pages.
    await page.goto(`${person.server}/healthz`)
    await page.addScriptTag({ path: sdk })
    return new HostileClient(page)
  }

  /** Connects; answers nothing, or why not. */
  async joins({ url, token }: Token): Promise<string | null> {
    return this.page.evaluate(
      async ({ url, token }) => {
        const { ConnectionState, DisconnectReason, Room, RoomEvent } = (globalThis as InPage).LivekitClient
        const room = new Room()
        const hostile: Hostile = { room, goneFor: null, screens: new Map() }
        Object.assign(globalThis, { hostile })
        Object.assign(Object.getPrototypeOf(room.localParticipant) as object, { hasPermissionsToPublish: () => true })
        room.on(RoomEvent.Disconnected, (reason) => {
          hostile.goneFor = DisconnectReason[reason ?? 0] ?? 'unknown'
        })
        room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) => {
          if (track.kind === 'video') hostile.screens.set(participant.identity, track.attach() as HTMLVideoElement)
        })
        try {
          await room.connect(url, token, { maxRetries: 0 })
        } catch (error) {
          return String(error)
        }
        return room.state === ConnectionState.Connected ? null : room.state
      },
      { url, token },
    )
  }

  /** Sends a camera, a voice or a screen; answers nothing when the server took it, or what became of it. */
  async publishes(source: Source): Promise<string | null> {
    return this.page.evaluate(async (source) => {
      const { hostile } = globalThis as InPage
      const me = hostile.room.localParticipant
      const opened = await {
        camera: () => me.createTracks({ video: true }),
        microphone: () => me.createTracks({ audio: true }),
        screen_share: () => me.createScreenTracks({ audio: false }),
      }[source]()
      const [track] = opened
      if (!track) return 'no device'
      try {
        await me.publishTrack(track)
        return null
      } catch (error) {
        return String(error)
      }
    }, source)
  }

  /** Says to the server that somebody's track is unmuted, as if it were one's own. */
  async claimsToUnmute(participant: number): Promise<void> {
    await this.page.evaluate(async (identity) => {
      const { room } = (globalThis as InPage).hostile
      const other = room.remoteParticipants.get(identity)
      const tracks = [...(other?.trackPublications.values() ?? [])]
      if (tracks.length === 0) throw new Error('there is nothing to unmute')
      for (const { trackSid } of tracks) await room.engine.client.sendMuteTrack(trackSid, false)
    }, String(participant))
  }

  /** Frames it was shown of somebody so far. */
  async framesOf(participant: number): Promise<number> {
    return this.page.evaluate((identity) => {
      const screen = (globalThis as InPage).hostile.screens.get(identity)
      return screen?.getVideoPlaybackQuality().totalVideoFrames ?? 0
    }, String(participant))
  }

  /** Asks for somebody's tracks again, without being asked whether it may. */
  async subscribes(): Promise<void> {
    await this.page.evaluate(() => {
      const { room } = (globalThis as InPage).hostile
      for (const person of room.remoteParticipants.values()) {
        for (const publication of person.trackPublications.values()) publication.setSubscribed(true)
      }
    })
  }

  /** Why it was sent away. */
  async goneFor(): Promise<string | null> {
    return this.page.evaluate(() => (globalThis as InPage).hostile.goneFor)
  }

  /** Whom it knows of. */
  async knows(): Promise<string[]> {
    return this.page.evaluate(() => [...(globalThis as InPage).hostile.room.remoteParticipants.keys()])
  }

  /** Whether a track of its own is silenced; none where it sends none. */
  async isMuted(source: Source): Promise<boolean | null> {
    return this.page.evaluate((source) => {
      const me = (globalThis as InPage).hostile.room.localParticipant
      return me.getTrackPublication(source as livekit.Track.Source)?.isMuted ?? null
    }, source)
  }
}

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** A token for the room service, signed with a key of one's own. */
export function forged(room: string): string {
  const now = Math.floor(Date.now() / 1_000)
  const grants = { roomAdmin: true, roomCreate: true, roomList: true, roomJoin: true, room }
  const claims = { iss: 'trialogue', sub: 'steward', nbf: now - 10, exp: now + 600, video: grants }
  const said = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
  return `${said}.${createHmac('sha256', randomBytes(32)).update(said).digest('base64url')}`
}

/** The token of somebody with more written into it; its signature stays what it was. */
export function embellished(token: string): string {
  const [head, claims, signature] = token.split('.') as [string, string, string]
  const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { video: object }
  return [head, encoded({ ...read, video: { ...read.video, roomAdmin: true, roomList: true, hidden: true } }), signature].join('.')
}

/** What the room service answers. */
export async function asksRoomService(server: string, bearer: string, method: string, body: unknown): Promise<number> {
  const response = await fetch(`${server}/twirp/livekit.RoomService/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.status
}
