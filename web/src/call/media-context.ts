import { createContext, useContext, useSyncExternalStore } from "react";
import type { MediaRoom } from "./model/media-room";
import type { MediaState } from "./model/media-state";

export const MediaContext = createContext<MediaRoom | null>(null);

export function useMediaRoom(): MediaRoom {
  const room = useContext(MediaContext);
  if (!room) throw new Error("useMediaRoom outside of a call");
  return room;
}

export function useMedia(): MediaState {
  const room = useMediaRoom();
  return useSyncExternalStore(room.subscribe, room.snapshot);
}
