import { useEffect } from "react";
import { keepEntry } from "../conversation/model/call-entry";
import { useRoom, useView } from "../conversation/room-context";
import { useMedia } from "./media-context";

/** A reload comes back with what was on. */
export function useEntryKept(): void {
  const { conversationId } = useRoom();
  const { mode } = useView();
  const { switches, status } = useMedia();
  const camera = switches.camera !== "off";
  const microphone = switches.microphone !== "off";
  const connected = status.kind === "connected";
  const starts = mode === "chat";
  useEffect(() => {
    if (connected) keepEntry(conversationId, { camera, microphone, starts });
  }, [conversationId, connected, camera, microphone, starts]);
}
