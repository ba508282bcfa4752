/** Tokens for the media server: for a conversation's call, and for a private room to check a connection in. */

import type { ConversationId, PersonaId } from "../words";
import { bearer, request, segment } from "./http";

export interface MediaToken {
  /** Of the media server, as `livekit-client` takes it. */
  url: string;
  token: string;
  expires_at: number;
  /** Servers that help through a firewall, where the deployment has some beyond what the media server itself names. */
  ice_servers?: RTCIceServer[];
}

/** Where one tries devices and connection: inside a conversation or at its door, or before there is one. */
export type CheckPlace = { conversation: ConversationId; token: string | undefined } | { persona: PersonaId };

/** Refused when video is disabled, when one is not inside, and when there is no media server. */
export const createMediaToken = (conversation: ConversationId, token: string | undefined) =>
  request<MediaToken>("POST", `/conversations/${segment(conversation)}/media-token`, { headers: bearer(token) });

/** For those who are admitted or inside, and for whoever may begin a conversation by video. */
export const createMediaCheck = (place: CheckPlace) =>
  "persona" in place
    ? request<MediaToken>("POST", `/public/personas/${segment(place.persona)}/media-check`)
    : request<MediaToken>("POST", `/conversations/${segment(place.conversation)}/media-check`, {
        headers: bearer(place.token),
      });
