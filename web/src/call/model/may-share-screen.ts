import { type Room, RoomEvent } from "livekit-client";
import type { World } from "../../core/world";

/** The conversation's server may need this long to make the right to share a screen known to the media server. */
const PERMISSION_WITHIN_MS = 5_000;

/** LiveKit's number for this source in a list of permissions. */
const SCREEN_SHARE = 3;

/** Resolves once the media server knows the right that the conversation gave a moment ago. */
export function mayShareScreen(room: Room, world: World): Promise<void> {
  const allowed = () => {
    const permissions = room.localParticipant.permissions;
    if (!permissions?.canPublish) return false;
    // An empty list allows everything.
    return permissions.canPublishSources.length === 0 || permissions.canPublishSources.includes(SCREEN_SHARE);
  };
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!allowed()) return;
      done();
      resolve();
    };
    const done = () => {
      cancel();
      room.off(RoomEvent.ParticipantPermissionsChanged, look);
    };
    const cancel = world.later(PERMISSION_WITHIN_MS, () => {
      done();
      reject(new Error("the right to share a screen did not come"));
    });
    room.on(RoomEvent.ParticipantPermissionsChanged, look);
    look();
  });
}
