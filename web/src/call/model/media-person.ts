import {
  ConnectionQuality,
  LocalVideoTrack,
  type Participant as MediaParticipant,
  RoomEvent,
  Track,
  type VideoTrack,
} from "livekit-client";
import type { Source } from "../devices/problem";

type Quality = "good" | "poor" | "lost" | "unknown";

/** What the media room knows of one participant of the conversation. */
export interface MediaPerson {
  /** The participant's id in the conversation. */
  id: number;
  camera: VideoTrack | null;
  screen: VideoTrack | null;
  microphone: boolean;
  speaking: boolean;
  quality: Quality;
  /** Not sent to this viewer for now, since their line does not carry it: what is seen is the last picture that came. */
  paused: { camera: boolean; screen: boolean };
}

export const SOURCES: Record<Source, Track.Source> = {
  camera: Track.Source.Camera,
  microphone: Track.Source.Microphone,
  screen: Track.Source.ScreenShare,
};

/** After these the picture of the room is taken anew. */
export const LOOK_AT = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ConnectionQualityChanged,
  RoomEvent.TrackStreamStateChanged,
] as const;

const QUALITIES: Record<ConnectionQuality, Quality> = {
  [ConnectionQuality.Excellent]: "good",
  [ConnectionQuality.Good]: "good",
  [ConnectionQuality.Poor]: "poor",
  [ConnectionQuality.Lost]: "lost",
  [ConnectionQuality.Unknown]: "unknown",
};

/** Nobody whom the conversation does not know: identities there are the ids here. */
export function personOf(participant: MediaParticipant): MediaPerson | null {
  const id = Number(participant.identity);
  if (!Number.isSafeInteger(id) || id <= 0) return null;
  const microphone = participant.getTrackPublication(Track.Source.Microphone);
  return {
    id,
    camera: pictureOf(participant, Track.Source.Camera),
    screen: pictureOf(participant, Track.Source.ScreenShare),
    microphone: microphone !== undefined && !microphone.isMuted,
    speaking: participant.isSpeaking,
    quality: QUALITIES[participant.connectionQuality],
    paused: {
      camera: isPaused(participant, Track.Source.Camera),
      screen: isPaused(participant, Track.Source.ScreenShare),
    },
  };
}

function pictureOf(participant: MediaParticipant, source: Track.Source): VideoTrack | null {
  const publication = participant.getTrackPublication(source);
  return publication && !publication.isMuted ? (publication.videoTrack ?? null) : null;
}

const isPaused = (participant: MediaParticipant, source: Track.Source): boolean =>
  participant.getTrackPublication(source)?.track?.streamState === Track.StreamState.Paused;

export function sourceOf(mediaSource: Track.Source): Source | null {
  for (const source of ["camera", "microphone", "screen"] as const) if (SOURCES[source] === mediaSource) return source;
  return null;
}

/** Whether a video is one's own camera, which is shown as in a mirror. */
export const isOwnCamera = (track: VideoTrack): boolean =>
  track instanceof LocalVideoTrack && track.source === Track.Source.Camera;
