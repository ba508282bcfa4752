/** Tokens for the media server: for a conversation's call, and for a private room to check a connection in. */

import type { ConversationId } from "../words";
import { bearer, request, segment } from "./http";

export interface MediaToken {
  /** Of the media server, as `livekit-client` takes it. */
  url: string;
  token: string;
  expires_at: number;
  /** Servers that help through a firewall, where the deployment has some beyond what the media server itself names. */
  ice_servers?: RTCIceServer[];
}

const ask = (what: string, conversation: ConversationId, token: string | undefined) =>
  request<MediaToken>("POST", `/conversations/${segment(conversation)}/${what}`, { headers: bearer(token) });

/** Refused when video is disabled, when one is not inside, and when there is no media server. */
export const createMediaToken = (conversation: ConversationId, token: string | undefined) =>
  ask("media-token", conversation, token);

/** For those who are admitted or inside. */
export const createMediaCheck = (conversation: ConversationId, token: string | undefined) =>
  ask("media-check", conversation, token);
