// The RoomService through two clients of LiveKit's own: `livekit-server-sdk` (npm) and `livekit-api` (PyPI).
import { DataPacket_Kind, RoomServiceClient, TwirpError } from 'livekit-server-sdk'
import { pipeTo } from './native.ts'
import type { Server } from './server.ts'

export interface Described {
  identity: string
  sid: string
  name: string
  tracks: string[]
}

export interface Permission {
  canPublish: boolean
  canSubscribe: boolean
  canPublishData: boolean
}

/** What the service answered, or the Twirp code with which it refused. */
export type Answer<T> = { done: T } | { refused: string }

export interface Steward {
  create(argument: { room: string; maxParticipants?: number; emptyTimeout?: number }): Promise<Answer<{ name: string; sid: string }>>
  rooms(argument: { names?: string[] }): Promise<Answer<string[]>>
  delete(argument: { room: string }): Promise<Answer<void>>
  describe(argument: { room: string; metadata: string }): Promise<Answer<string>>
  people(argument: { room: string }): Promise<Answer<Described[]>>
  person(argument: { room: string; identity: string }): Promise<Answer<Described>>
  remove(argument: { room: string; identity: string }): Promise<Answer<void>>
  mute(argument: { room: string; identity: string; track: string; muted: boolean }): Promise<Answer<void>>
  update(argument: {
    room: string
    identity: string
    name?: string
    metadata?: string
    attributes?: Record<string, string>
    permission?: Permission
  }): Promise<Answer<void>>
  subscriptions(argument: { room: string; identity: string; tracks: string[]; subscribe: boolean }): Promise<Answer<void>>
  send(argument: { room: string; text: string; topic: string; to?: string[] }): Promise<Answer<void>>
  close(): Promise<void>
}

async function guarded<T>(work: Promise<T>): Promise<Answer<T>> {
  try {
    return { done: await work }
  } catch (error) {
    if (error instanceof TwirpError) return { refused: error.code ?? String(error.status) }
    throw error
  }
}

export function npmSteward(server: Server, secret = server.secret): Steward {
  const service = new RoomServiceClient(`http://${server.host}:${server.port}`, server.key, secret)
  const described = (who: Awaited<ReturnType<typeof service.getParticipant>>): Described => ({
    identity: who.identity,
    sid: who.sid,
    name: who.name,
    tracks: who.tracks.map((track) => track.sid),
  })
  return {
    create: ({ room, maxParticipants, emptyTimeout }) =>
      guarded(service.createRoom({ name: room, maxParticipants, emptyTimeout }).then(({ name, sid }) => ({ name, sid }))),
    rooms: ({ names }) => guarded(service.listRooms(names).then((rooms) => rooms.map((room) => room.name))),
    delete: ({ room }) => guarded(service.deleteRoom(room)),
    describe: ({ room, metadata }) => guarded(service.updateRoomMetadata(room, metadata).then((changed) => changed.metadata)),
    people: ({ room }) => guarded(service.listParticipants(room).then((all) => all.map(described))),
    person: ({ room, identity }) => guarded(service.getParticipant(room, identity).then(described)),
    remove: ({ room, identity }) => guarded(service.removeParticipant(room, identity)),
    mute: ({ room, identity, track, muted }) =>
      guarded(service.mutePublishedTrack(room, identity, track, muted).then(() => undefined)),
    update: ({ room, identity, ...changes }) =>
      guarded(service.updateParticipant(room, identity, changes).then(() => undefined)),
    subscriptions: ({ room, identity, tracks, subscribe }) =>
      guarded(service.updateSubscriptions(room, identity, tracks, subscribe)),
    send: ({ room, text, topic, to }) =>
      guarded(
        service.sendData(room, new TextEncoder().encode(text), DataPacket_Kind.RELIABLE, { topic, destinationIdentities: to }),
      ),
    close: async () => {},
  }
}

export async function pypiSteward(server: Server): Promise<Steward> {
  const { ask, close } = pipeTo('steward')
  await ask('open', { url: `http://${server.host}:${server.port}`, key: server.key, secret: server.secret })
  return new Proxy({ close } as Steward, {
    get: (own, call) => {
      if (call in own || typeof call !== 'string' || call === 'then') return Reflect.get(own, call)
      return (argument: unknown) => ask(call, argument)
    },
  })
}
