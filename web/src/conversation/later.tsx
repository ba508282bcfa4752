import { EllipsisVertical } from "lucide-react";
import { IconButton, Loading, later } from "../ui";

/*
 * What needs menus, popovers and dialogs comes a moment after what is needed to read and write: the panel's first load stays
 * small on a phone's connection.
 */

const ROW = { place: "row" } as const;
const OVER = { place: "over" } as const;

export const RoomMenu = later(() => import("./RoomMenu").then(({ RoomMenu }) => RoomMenu), {
  ...ROW,
  fallback: (
    <IconButton label="More" disabled>
      <EllipsisVertical aria-hidden="true" />
    </IconButton>
  ),
});

export const MessageActions = later(() => import("./MessageActions").then(({ MessageActions }) => MessageActions), ROW);
export const FloorReason = later(() => import("./FloorReason").then(({ FloorReason }) => FloorReason), ROW);
export const KeepAnswer = later(() => import("./KeepAnswer").then(({ KeepAnswer }) => KeepAnswer), ROW);
export const AudienceChoice = later(() => import("./AudienceChoice").then(({ AudienceChoice }) => AudienceChoice), ROW);

export const Passage = later(() => import("./Passage").then(({ Passage }) => Passage), OVER);
export const PeopleDialog = later(() => import("./People").then(({ PeopleDialog }) => PeopleDialog), OVER);
export const Dismiss = later(() => import("./Dismiss").then(({ Dismiss }) => Dismiss), OVER);
export const JoinVideo = later(() => import("../call/JoinVideo").then(({ JoinVideo }) => JoinVideo), OVER);
export const EndVideo = later(() => import("./EndVideo").then(({ EndVideo }) => EndVideo), OVER);

export const CallInvitation = later(() => import("./RunningCall").then(({ CallInvitation }) => CallInvitation));
export const MissedCall = later(() => import("./RunningCall").then(({ MissedCall }) => MissedCall));
export const Watching = later(() => import("./Watching").then(({ Watching }) => Watching));

/** With the media server's SDK, which is more than all the rest together. */
export const Call = later(() => import("../call/Call").then(({ Call }) => Call), {
  fallback: <Loading label="Opening the video" />,
});
