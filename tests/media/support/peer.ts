// One vocabulary for every client of the table. A peer runs somewhere else (a page, a Python process) and is asked by name with
// plain JSON, so that a scenario is written once and read by whichever client is under test.

export type Source = 'camera' | 'microphone' | 'screen_share'

/** Who somebody is, to eye and ear: nobody else paints this colour or sounds this tone. */
export interface Signature {
  /** The colour of the camera picture, 0–255 per channel. */
  colour: [number, number, number]
  /** The pitch of the microphone, in hertz. */
  tone: number
}

export interface Join {
  url: string
  token: string
  signature: Signature
  /** One peer connection (`/rtc/v1`) or two (`/rtc`). */
  onePeerConnection: boolean
  autoSubscribe?: boolean
  adaptiveStream?: boolean
  dynacast?: boolean
  /** Width of the camera picture; its height follows as 16:9. */
  cameraWidth?: number
  simulcast?: boolean
  /** What the camera is published in; VP8 if nothing is said. */
  codec?: Codec
  /** Sound sent twice; unless it is said, it is. */
  red?: boolean
  /** Only ways through a TURN server. */
  relayOnly?: boolean
}

export type Codec = 'vp8' | 'h264' | 'vp9' | 'av1'

export interface Track {
  sid: string
  muted: boolean
  subscribed: boolean
}

export interface Person {
  sid: string
  name: string
  metadata: string
  attributes: Record<string, string>
  quality: string
  tracks: Partial<Record<Source, Track>>
}

export interface Received {
  from: string
  topic: string
  text: string
}

/** Everything a client tells its user, at one moment. */
export interface Observed {
  state: 'connecting' | 'connected' | 'reconnecting' | 'disconnected'
  /** Why the connection ended, in LiveKit's words (`PARTICIPANT_REMOVED`). */
  ended: string
  me: Person
  others: Record<string, Person>
  speakers: string[]
  data: Received[]
  texts: Received[]
  files: Received[]
  /** What happened to the connection so far, oldest first: `reconnecting`, `reconnected`, `resuming`. */
  history: string[]
}

export interface Look {
  colour: [number, number, number]
  width: number
  height: number
  /** Frames shown since the track arrived. */
  frames: number
}

export interface Listen {
  /** The loudest pitch in hertz, 0 for silence. */
  tone: number
}

/** A layer that the camera's encoder could send, and whether it does. */
export interface Layer {
  rid: string
  active: boolean
}

/** How media travels between a client and the server. */
export interface Way {
  /** Over what it leaves the client: to a TURN server, if `local` is `relay`. */
  protocol: string
  /** `host`, `srflx`, `prflx` or `relay`. */
  local: string
  /** Where the server is reached. */
  remote: string
}

/** One stream of media, as the client's connection counts it. */
export interface Stream {
  sent: boolean
  kind: 'audio' | 'video'
  /** As in `video/VP9`. */
  codec: string
  /** SVC, where there is any: `L3T3_KEY`. */
  scalability: string
  packets: number
  bytes: number
}

/** What was seen and heard of somebody until a moment (Unix milliseconds). */
export interface Sample {
  at: number
  /** Camera frames shown so far. */
  frames: number
  /** Whether there was any sound. */
  heard: boolean
}

export interface Calls {
  join(argument: Join): Promise<void>
  publish(argument: { source: Source }): Promise<{ sid: string }>
  unpublish(argument: { source: Source }): Promise<void>
  mute(argument: { source: Source; muted: boolean }): Promise<void>
  observe(argument: Record<string, never>): Promise<Observed>
  look(argument: { at: string; source: Source }): Promise<Look>
  listen(argument: { to: string }): Promise<Listen>
  send(argument: { text: string; topic: string; reliable: boolean; to?: string[] }): Promise<void>
  sendText(argument: { text: string; topic: string; to?: string[] }): Promise<void>
  sendFile(argument: { text: string; topic: string }): Promise<void>
  call(argument: { to: string; method: string; payload: string }): Promise<{ answer?: string; error?: string }>
  rename(argument: { name?: string; metadata?: string; attributes?: Record<string, string> }): Promise<void>
  subscribe(argument: { to: string; source: Source; on: boolean }): Promise<void>
  /** Asks for a layer of somebody's camera. */
  quality(argument: { of: string; quality: 'low' | 'medium' | 'high' }): Promise<void>
  /** Lets only these people subscribe to what this peer publishes. */
  permit(argument: { identities: string[] }): Promise<void>
  /** Shows somebody's camera at this width, or not at all (0); for adaptive streams. */
  show(argument: { of: string; width: number }): Promise<void>
  layers(argument: Record<string, never>): Promise<Layer[]>
  reconnectFully(argument: Record<string, never>): Promise<void>
  /** The ports that this peer's media goes by. */
  ports(argument: Record<string, never>): Promise<number[]>
  /** The ways that this peer's media takes. */
  ways(argument: Record<string, never>): Promise<Way[]>
  streams(argument: Record<string, never>): Promise<Stream[]>
  /** The video codecs that this client can send. */
  codecs(argument: Record<string, never>): Promise<string[]>
  /** Says nothing for a while, with the microphone on. */
  hush(argument: { on: boolean }): Promise<void>
  /** One of the SDK's own drills. */
  simulate(argument: { scenario: 'force-tcp' }): Promise<void>
  /** Starts to record what is seen and heard of somebody; `traced` returns it. */
  trace(argument: { of: string }): Promise<void>
  traced(argument: Record<string, never>): Promise<Sample[]>
  leave(argument: Record<string, never>): Promise<void>
}

export interface Peer extends Calls {
  readonly identity: string
  /** Ends the client the hard way, with whatever runs it. */
  close(): Promise<void>
}

export type Transport = (call: string, argument: unknown) => Promise<unknown>

/** Turns a way to ask (a page, a pipe) into a peer with the vocabulary above. */
export function peerOver(identity: string, ask: Transport, close: () => Promise<void>): Peer {
  return new Proxy({ identity, close } as unknown as Peer, {
    get: (own, call) => {
      // A promise would be looked for under `then` when a peer is returned from an async function.
      if (call in own || typeof call !== 'string' || call === 'then') return Reflect.get(own, call)
      return (argument: unknown) => ask(call, argument)
    },
  })
}
