// The livekit-client side of a peer, for Chromium and Firefox. Camera, microphone and screen are fakes made in the page: a picture
// in the person's own colour, a sound of the person's own pitch, so that a subscriber can tell by pixels and spectrum whom it gets.
import {
  ConnectionState,
  DisconnectReason,
  type Participant,
  RemoteTrackPublication,
  Room,
  RoomEvent,
  Track,
  VideoPresets,
  VideoQuality,
} from 'livekit-client'
import type { Calls, Join, Listen, Look, Observed, Person, Received, Sample, Source } from '../support/peer.ts'

let room: Room
let joined: Join
let ended = ''
let speakers: string[] = []
const data: Received[] = []
const texts: Received[] = []
const files: Received[] = []
const history: string[] = []
const screens = new Map<string, { track: Track; element: HTMLVideoElement; frames: number }>()
/** Camera frames shown of somebody, over all the tracks they came by. */
const shown = new Map<string, number>()
const ears = new Map<string, { track: Track; analyser: AnalyserNode }>()
const sound = new AudioContext()

/** The picture of a source: the person's colour for a camera, its complement for a screen, and a stripe that moves. */
function picture(source: Source, width: number): MediaStream {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = Math.round((width * 9) / 16)
  const brush = canvas.getContext('2d')
  if (!brush) throw new Error('no canvas')
  const rgb = joined.signature.colour.map((c) => (source === 'camera' ? c : 255 - c))
  let tick = 0
  const paint = () => {
    brush.fillStyle = `rgb(${rgb.join(',')})`
    brush.fillRect(0, 0, canvas.width, canvas.height)
    brush.fillStyle = 'white'
    brush.fillRect((tick++ * 16) % canvas.width, canvas.height * 0.92, 24, canvas.height * 0.08)
  }
  paint()
  setInterval(paint, 1000 / 15)
  return canvas.captureStream(15)
}

/** The volume of what this peer says. */
const voice = sound.createGain()
voice.gain.value = 0.5

function tone(): MediaStream {
  const oscillator = sound.createOscillator()
  const out = sound.createMediaStreamDestination()
  oscillator.frequency.value = joined.signature.tone
  oscillator.connect(voice).connect(out)
  oscillator.start()
  return out.stream
}

// Every peer connection that the SDK makes, to find by which ports its media goes.
const connections: RTCPeerConnection[] = []
const Native = window.RTCPeerConnection
window.RTCPeerConnection = class extends Native {
  constructor(configuration?: RTCConfiguration) {
    super(configuration)
    connections.push(this)
  }
}

/** What each connection that is open says of itself. */
async function everyStats(): Promise<Map<string, Record<string, unknown>>[]> {
  const open = connections.filter((connection) => connection.connectionState !== 'closed')
  return Promise.all(open.map(async (connection) => new Map(await connection.getStats()) as Map<string, Record<string, unknown>>))
}

/** What somebody saw and heard of another, sampled every 20 ms. */
let trace: { timer: ReturnType<typeof setInterval>; samples: Sample[] } | undefined

function sample(of: string): Sample {
  const analyser = ears.get(`${of}/microphone`)?.analyser
  const wave = new Float32Array(1024)
  analyser?.getFloatTimeDomainData(wave)
  const loudness = Math.sqrt(wave.reduce((sum, x) => sum + x * x, 0) / wave.length)
  return { at: Date.now(), frames: shown.get(of) ?? 0, heard: loudness > 0.02 }
}

// The SDK asks the browser for devices as it would for a person; the answers are the fakes.
Object.defineProperty(navigator, 'mediaDevices', {
  value: Object.assign(new EventTarget(), {
    getUserMedia: async (wanted: MediaStreamConstraints) =>
      new MediaStream([
        ...(wanted.video ? picture('camera', joined.cameraWidth ?? 640).getTracks() : []),
        ...(wanted.audio ? tone().getTracks() : []),
      ]),
    getDisplayMedia: async () => picture('screen_share', 640),
    enumerateDevices: async () => [],
    getSupportedConstraints: () => ({}),
  }),
})

function publication(of: Participant, source: Source) {
  return of.getTrackPublication(source as Track.Source)
}

function person(of: Participant): Person {
  const tracks: Person['tracks'] = {}
  for (const track of of.trackPublications.values()) {
    tracks[track.source as Source] = { sid: track.trackSid, muted: track.isMuted, subscribed: track.isSubscribed }
  }
  return {
    sid: of.sid,
    name: of.name ?? '',
    metadata: of.metadata ?? '',
    attributes: { ...of.attributes },
    quality: of.connectionQuality,
    tracks,
  }
}

function remote(identity: string) {
  const found = room.remoteParticipants.get(identity)
  if (!found) throw new Error(`${identity} is not there`)
  return found
}

function remoteTrack(identity: string, source: Source) {
  const found = publication(remote(identity), source)
  if (!(found instanceof RemoteTrackPublication)) throw new Error(`${identity} has no ${source}`)
  return found
}

function attach(track: Track, key: string) {
  const who = key.slice(0, key.lastIndexOf('/'))
  const element = track.attach()
  document.body.append(element)
  if (element instanceof HTMLVideoElement) {
    element.muted = true
    element.style.width = `${joined.cameraWidth ?? 640}px`
    element.style.height = `${((joined.cameraWidth ?? 640) * 9) / 16}px`
    const screen = { track, element, frames: 0 }
    const count = () => {
      screen.frames += 1
      if (key.endsWith('/camera')) shown.set(who, (shown.get(who) ?? 0) + 1)
      element.requestVideoFrameCallback(count)
    }
    element.requestVideoFrameCallback(count)
    screens.set(key, screen)
  } else {
    const analyser = sound.createAnalyser()
    analyser.fftSize = 8192
    analyser.smoothingTimeConstant = 0
    sound.createMediaStreamSource(new MediaStream([track.mediaStreamTrack])).connect(analyser)
    ears.set(key, { track, analyser })
  }
}

function listenTo(room: Room) {
  room.on(RoomEvent.TrackSubscribed, (track, publication, who) => attach(track, `${who.identity}/${publication.source}`))
  room.on(RoomEvent.TrackUnsubscribed, (track, publication, who) => {
    for (const element of track.detach()) element.remove()
    // After a full reconnect the new track comes before the old one goes.
    const key = `${who.identity}/${publication.source}`
    if (screens.get(key)?.track === track) screens.delete(key)
    if (ears.get(key)?.track === track) ears.delete(key)
  })
  room.on(RoomEvent.Disconnected, (reason) => {
    ended = reason === undefined ? 'UNKNOWN_REASON' : (DisconnectReason[reason] ?? String(reason))
    history.push('disconnected')
  })
  room.on(RoomEvent.SignalReconnecting, () => history.push('resuming'))
  room.on(RoomEvent.Reconnecting, () => history.push('reconnecting'))
  room.on(RoomEvent.Reconnected, () => history.push('reconnected'))
  room.on(RoomEvent.ActiveSpeakersChanged, (now) => {
    speakers = now.map((s) => s.identity)
  })
  room.on(RoomEvent.DataReceived, (payload, who, _kind, topic) => {
    data.push({ from: who?.identity ?? '', topic: topic ?? '', text: new TextDecoder().decode(payload) })
  })
  room.registerTextStreamHandler('notes', async (reader, who) => {
    texts.push({ from: who.identity, topic: 'notes', text: await reader.readAll() })
  })
  room.registerByteStreamHandler('files', async (reader, who) => {
    const text = await new Blob((await reader.readAll()) as BlobPart[]).text()
    files.push({ from: who.identity, topic: 'files', text })
  })
  room.registerRpcMethod('add', async ({ payload }) => {
    const numbers = JSON.parse(payload) as number[]
    return String(numbers.reduce((a, b) => a + b, 0))
  })
}

/** What the browser's sender of the camera does with each layer. */
function cameraSender(): RTCRtpSender | undefined {
  return room.localParticipant.getTrackPublication(Track.Source.Camera)?.videoTrack?.sender
}

const calls: Calls = {
  async join(argument) {
    joined = argument
    await sound.resume()
    room = new Room({
      singlePeerConnection: argument.onePeerConnection,
      adaptiveStream: argument.adaptiveStream ?? false,
      dynacast: argument.dynacast ?? false,
      publishDefaults: {
        videoCodec: argument.codec ?? 'vp8',
        simulcast: argument.simulcast ?? false,
        red: argument.red ?? true,
        dtx: true,
        videoEncoding: { maxBitrate: 600_000, maxFramerate: 15 },
        videoSimulcastLayers: [VideoPresets.h180, VideoPresets.h360],
      },
    })
    listenTo(room)
    await room.connect(argument.url, argument.token, {
      autoSubscribe: argument.autoSubscribe ?? true,
      maxRetries: 0,
      ...(argument.relayOnly ? { rtcConfig: { iceTransportPolicy: 'relay' } } : {}),
    })
  },
  async publish({ source }) {
    const me = room.localParticipant
    const done = await (source === 'camera'
      ? me.setCameraEnabled(true)
      : source === 'microphone'
        ? me.setMicrophoneEnabled(true, { echoCancellation: false, noiseSuppression: false, autoGainControl: false })
        : me.setScreenShareEnabled(true))
    if (!done) throw new Error(`not published: ${source}`)
    return { sid: done.trackSid }
  },
  async unpublish({ source }) {
    const track = publication(room.localParticipant, source)?.track
    if (!track) throw new Error(`nothing to unpublish: ${source}`)
    await room.localParticipant.unpublishTrack(track.mediaStreamTrack)
  },
  async mute({ source, muted }) {
    const me = room.localParticipant
    await (source === 'camera' ? me.setCameraEnabled(!muted) : me.setMicrophoneEnabled(!muted))
  },
  async observe() {
    const state = room?.state ?? ConnectionState.Disconnected
    return {
      state: (state === ConnectionState.SignalReconnecting ? 'reconnecting' : state) as Observed['state'],
      ended,
      me: person(room.localParticipant),
      others: Object.fromEntries([...room.remoteParticipants].map(([identity, p]) => [identity, person(p)])),
      speakers,
      data,
      texts,
      files,
      history,
    }
  },
  async look({ at, source }): Promise<Look> {
    const screen = screens.get(`${at}/${source}`)
    if (!screen) return { colour: [0, 0, 0], width: 0, height: 0, frames: 0 }
    const canvas = document.createElement('canvas')
    canvas.width = 16
    canvas.height = 9
    const brush = canvas.getContext('2d', { willReadFrequently: true })
    if (!brush) throw new Error('no canvas')
    brush.drawImage(screen.element, 0, 0, 16, 9)
    // The middle of the picture: the stripe that moves is below it.
    const [r = 0, g = 0, b = 0] = brush.getImageData(8, 4, 1, 1).data
    return {
      colour: [r, g, b],
      width: screen.element.videoWidth,
      height: screen.element.videoHeight,
      frames: screen.frames,
    }
  },
  async listen({ to }): Promise<Listen> {
    const analyser = ears.get(`${to}/microphone`)?.analyser
    if (!analyser) return { tone: 0 }
    const bins = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(bins)
    let best = 0
    for (let i = 1; i < bins.length; i++) if ((bins[i] ?? -200) > (bins[best] ?? -200)) best = i
    return { tone: (bins[best] ?? -200) < -60 ? 0 : (best * sound.sampleRate) / analyser.fftSize }
  },
  async send({ text, topic, reliable, to }) {
    await room.localParticipant.publishData(new TextEncoder().encode(text), { reliable, topic, destinationIdentities: to })
  },
  async sendText({ text, topic, to }) {
    await room.localParticipant.sendText(text, { topic, destinationIdentities: to })
  },
  async sendFile({ text, topic }) {
    await room.localParticipant.sendFile(new File([text], 'file.txt'), { topic })
  },
  async call({ to, method, payload }) {
    try {
      return { answer: await room.localParticipant.performRpc({ destinationIdentity: to, method, payload }) }
    } catch (error) {
      return { error: String((error as Error).message) }
    }
  },
  async rename({ name, metadata, attributes }) {
    const me = room.localParticipant
    if (name !== undefined) await me.setName(name)
    if (metadata !== undefined) await me.setMetadata(metadata)
    if (attributes !== undefined) await me.setAttributes(attributes)
  },
  async subscribe({ to, source, on }) {
    remoteTrack(to, source).setSubscribed(on)
  },
  async quality({ of, quality }) {
    const wanted = { low: VideoQuality.LOW, medium: VideoQuality.MEDIUM, high: VideoQuality.HIGH }[quality]
    remoteTrack(of, 'camera').setVideoQuality(wanted)
  },
  async permit({ identities }) {
    room.localParticipant.setTrackSubscriptionPermissions(
      false,
      identities.map((participantIdentity) => ({ participantIdentity, allowAll: true })),
    )
  },
  async show({ of, width }) {
    const screen = screens.get(`${of}/camera`)
    if (!screen) throw new Error(`${of} is not on screen`)
    screen.element.style.display = width === 0 ? 'none' : ''
    screen.element.style.width = `${width}px`
    screen.element.style.height = `${(width * 9) / 16}px`
  },
  async layers() {
    const encodings = cameraSender()?.getParameters().encodings ?? []
    return encodings.map((e) => ({ rid: e.rid ?? '', active: e.active !== false }))
  },
  async reconnectFully() {
    await room.simulateScenario('full-reconnect')
  },
  async ports() {
    const ports = new Set<number>()
    for (const stats of await everyStats()) {
      for (const pair of stats.values()) {
        if (pair.type !== 'candidate-pair' || pair.state !== 'succeeded') continue
        const local = stats.get(String(pair.localCandidateId))
        if (typeof local?.port === 'number') ports.add(local.port)
      }
    }
    return [...ports]
  },
  async ways() {
    return (await everyStats()).flatMap((stats) => {
      const all = [...stats.values()]
      // Firefox knows no transport; it marks the pair itself.
      const chosen = all.filter((one) => one.type === 'transport').map((one) => stats.get(String(one.selectedCandidatePairId)))
      const pairs = chosen.length > 0 ? chosen : all.filter((one) => one.type === 'candidate-pair' && one.selected)
      return pairs.flatMap((pair) => {
        const [local, remote] = [stats.get(String(pair?.localCandidateId)), stats.get(String(pair?.remoteCandidateId))]
        if (!local || !remote) return []
        return [{ protocol: String(local.relayProtocol || local.protocol), local: String(local.candidateType), remote: String(remote.address ?? '') }]
      })
    })
  },
  async streams() {
    return (await everyStats()).flatMap((stats) =>
      [...stats.values()]
        .filter((one) => one.type === 'outbound-rtp' || one.type === 'inbound-rtp')
        .map((one) => ({
          sent: one.type === 'outbound-rtp',
          kind: one.kind as 'audio' | 'video',
          codec: String(stats.get(String(one.codecId))?.mimeType ?? ''),
          scalability: String(one.scalabilityMode ?? ''),
          packets: Number(one.packetsSent ?? one.packetsReceived ?? 0),
          bytes: Number(one.bytesSent ?? one.bytesReceived ?? 0),
        })),
    )
  },
  async codecs() {
    const all = RTCRtpSender.getCapabilities('video')?.codecs ?? []
    return [...new Set(all.map((codec) => codec.mimeType.toLowerCase().replace('video/', '')))]
  },
  async hush({ on }) {
    voice.gain.value = on ? 0 : 0.5
  },
  async simulate({ scenario }) {
    await room.simulateScenario(scenario)
  },
  async trace({ of }) {
    clearInterval(trace?.timer)
    const samples: Sample[] = []
    trace = { timer: setInterval(() => samples.push(sample(of)), 20), samples }
  },
  async traced() {
    return trace?.samples ?? []
  },
  async leave() {
    await room.disconnect()
  },
}

Object.assign(window, { calls })
