import { createContext, useContext, useSyncExternalStore } from "react";
import type { MediaRoom, MediaState } from "./model/media-room";

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
