import { EllipsisVertical } from "lucide-react";
import { type ComponentProps, lazy, Suspense } from "react";
import { IconButton, Loading } from "../ui";

/**
 * What needs menus, popovers and dialogs comes a moment after what is needed to read and write: the panel's first load stays
 * small on a phone's connection.
 */
const LazyRoomMenu = lazy(() => import("./RoomMenu").then(({ RoomMenu }) => ({ default: RoomMenu })));
const LazyMessageActions = lazy(() =>
  import("./MessageActions").then(({ MessageActions }) => ({ default: MessageActions })),
);
const LazyFloorReason = lazy(() => import("./FloorReason").then(({ FloorReason }) => ({ default: FloorReason })));
const LazyKeepAnswer = lazy(() => import("./KeepAnswer").then(({ KeepAnswer }) => ({ default: KeepAnswer })));
const LazyAudienceChoice = lazy(() =>
  import("./AudienceChoice").then(({ AudienceChoice }) => ({ default: AudienceChoice })),
);
const LazyPassage = lazy(() => import("./Passage").then(({ Passage }) => ({ default: Passage })));
const LazyPeopleDialog = lazy(() => import("./People").then(({ PeopleDialog }) => ({ default: PeopleDialog })));
const LazyCall = lazy(() => import("../call/Call").then(({ Call }) => ({ default: Call })));
const LazyJoinVideo = lazy(() => import("../call/JoinVideo").then(({ JoinVideo }) => ({ default: JoinVideo })));
const LazyCallInvitation = lazy(() =>
  import("./RunningCall").then(({ CallInvitation }) => ({ default: CallInvitation })),
);
const LazyMissedCall = lazy(() => import("./RunningCall").then(({ MissedCall }) => ({ default: MissedCall })));
const LazyEndVideo = lazy(() => import("./EndVideo").then(({ EndVideo }) => ({ default: EndVideo })));
const LazyWatching = lazy(() => import("./Watching").then(({ Watching }) => ({ default: Watching })));
const LazyDismiss = lazy(() => import("./Dismiss").then(({ Dismiss }) => ({ default: Dismiss })));

export const RoomMenu = (props: ComponentProps<typeof LazyRoomMenu>) => (
  <Suspense
    fallback={
      <IconButton label="More" disabled>
        <EllipsisVertical aria-hidden="true" />
      </IconButton>
    }
  >
    <LazyRoomMenu {...props} />
  </Suspense>
);

export const MessageActions = (props: ComponentProps<typeof LazyMessageActions>) => (
  <Suspense>
    <LazyMessageActions {...props} />
  </Suspense>
);

export const FloorReason = (props: ComponentProps<typeof LazyFloorReason>) => (
  <Suspense>
    <LazyFloorReason {...props} />
  </Suspense>
);

export const KeepAnswer = (props: ComponentProps<typeof LazyKeepAnswer>) => (
  <Suspense>
    <LazyKeepAnswer {...props} />
  </Suspense>
);

export const AudienceChoice = (props: ComponentProps<typeof LazyAudienceChoice>) => (
  <Suspense>
    <LazyAudienceChoice {...props} />
  </Suspense>
);

export const Passage = (props: ComponentProps<typeof LazyPassage>) => (
  <Suspense>
    <LazyPassage {...props} />
  </Suspense>
);

export const PeopleDialog = (props: ComponentProps<typeof LazyPeopleDialog>) => (
  <Suspense>
    <LazyPeopleDialog {...props} />
  </Suspense>
);

export const Dismiss = (props: ComponentProps<typeof LazyDismiss>) => (
  <Suspense>
    <LazyDismiss {...props} />
  </Suspense>
);

export const Watching = (props: ComponentProps<typeof LazyWatching>) => (
  <Suspense>
    <LazyWatching {...props} />
  </Suspense>
);

/** With the media server's SDK, which is more than all the rest together. */
export const Call = (props: ComponentProps<typeof LazyCall>) => (
  <Suspense fallback={<Loading label="Opening the video" />}>
    <LazyCall {...props} />
  </Suspense>
);

export const JoinVideo = (props: ComponentProps<typeof LazyJoinVideo>) => (
  <Suspense>
    <LazyJoinVideo {...props} />
  </Suspense>
);

export const CallInvitation = () => (
  <Suspense>
    <LazyCallInvitation />
  </Suspense>
);

export const MissedCall = () => (
  <Suspense>
    <LazyMissedCall />
  </Suspense>
);

export const EndVideo = (props: ComponentProps<typeof LazyEndVideo>) => (
  <Suspense>
    <LazyEndVideo {...props} />
  </Suspense>
);
