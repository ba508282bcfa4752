import clsx from "clsx";
import {
  EllipsisVertical,
  Gauge,
  Hand,
  Keyboard,
  LayoutGrid,
  MessageSquare,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  PhoneOff,
  PictureInPicture2,
  RectangleHorizontal,
  Settings2,
  Video,
  VideoOff,
} from "lucide-react";
import type { ReactNode } from "react";
import type { View } from "../api/words";
import { can, useView } from "../conversation/room-context";
import { Menu, MenuItem, MenuSeparator } from "../ui";
import type { OpenDialog } from "./CallDialogs";
import styles from "./Controls.module.css";
import { useMedia } from "./media-context";
import type { SwitchState } from "./model/media-state";
import { type CallAction, SHORTCUTS } from "./model/shortcuts";
import type { Layout } from "./use-layout";
import { useShortcutsOn } from "./use-shortcuts";

interface ControlsProps {
  layout: Layout;
  handRaised: boolean;
  chatShown: boolean;
  unread: number;
  pictureSupported: boolean;
  onAct: (action: CallAction) => void;
  onDialog: (dialog: OpenDialog) => void;
  onLeave: () => void;
}

/** One's own part in the call. On a phone what is rarely needed stands in the menu alone. */
export function Controls(props: ControlsProps) {
  const { layout, handRaised, chatShown, unread, pictureSupported, onAct, onLeave } = props;
  const view = useView();
  const { switches, status } = useMedia();
  // What is on elsewhere is switched there.
  const acts = status.kind !== "elsewhere";
  const sends = acts && can(view, "publish_media");
  const sharing = switches.screen !== "off";
  const whyNot = sharing ? null : whyNoScreen(view);
  const shares = sharing || (whyNot === null && canShareScreen());
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form, and these are none
    <div className={styles.bar} role="group" aria-label="Call">
      {sends && (
        <>
          <Device source="microphone" state={switches.microphone} onAct={onAct} />
          <Device source="camera" state={switches.camera} onAct={onAct} />
        </>
      )}
      {sends && (shares || whyNot) && canShareScreen() && (
        <Control
          action="screen"
          label={sharing ? "Stop sharing your screen" : "Share your screen"}
          look={sharing ? "on" : "plain"}
          wideOnly={!sharing}
          whyNot={whyNot}
          onAct={onAct}
        >
          {sharing ? <MonitorX aria-hidden="true" /> : <MonitorUp aria-hidden="true" />}
        </Control>
      )}
      {acts && (handRaised || can(view, "raise_hand")) && (
        <Control
          action="hand"
          label={handRaised ? "Lower your hand" : "Raise your hand"}
          look={handRaised ? "on" : "plain"}
          onAct={onAct}
        >
          <Hand aria-hidden="true" />
        </Control>
      )}
      <Control
        action="layout"
        label={layout === "grid" ? "Speaker layout" : "Grid layout"}
        look="plain"
        wideOnly
        onAct={onAct}
      >
        {layout === "grid" ? <RectangleHorizontal aria-hidden="true" /> : <LayoutGrid aria-hidden="true" />}
      </Control>
      <Control
        action="chat"
        label={chatShown ? "Hide the chat" : unread > 0 ? `Show the chat, ${unread} new` : "Show the chat"}
        look={chatShown ? "on" : "plain"}
        onAct={onAct}
      >
        <MessageSquare aria-hidden="true" />
        {!chatShown && unread > 0 && <span className={styles.unread}>{unread > 9 ? "9+" : unread}</span>}
      </Control>
      <MoreMenu {...props} sends={sends} shares={shares && !sharing} pictureSupported={pictureSupported} />
      <button type="button" className={clsx(styles.control, styles.leave)} title="Leave the video" onClick={onLeave}>
        <PhoneOff aria-hidden="true" />
        <span className="visually-hidden">Leave the video</span>
      </button>
    </div>
  );
}

/** The button stays in its place while it is another's turn. Empty where this person shares none at all. */
function whyNoScreen(view: View): string | null {
  if (can(view, "share_screen")) return null;
  const other = view.participants.find(({ id, media }) => id !== view.you.participant_id && media.screen);
  return other ? `${other.name} shares a screen; one at a time` : "";
}

/** Never so on phones, always so in the browsers of a desk. */
const canShareScreen = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === "function";

interface DeviceProps {
  source: "microphone" | "camera";
  state: SwitchState;
  onAct: (action: CallAction) => void;
}

function Device({ source, state, onAct }: DeviceProps) {
  const [On, Off] = source === "camera" ? [Video, VideoOff] : [Mic, MicOff];
  const on = state !== "off";
  const label =
    source === "camera" ? (on ? "Turn camera off" : "Turn camera on") : on ? "Mute microphone" : "Unmute microphone";
  return (
    <Control action={source} label={label} look={on ? "plain" : "off"} busy={state === "starting"} onAct={onAct}>
      {on ? <On aria-hidden="true" /> : <Off aria-hidden="true" />}
    </Control>
  );
}

interface ControlProps {
  action: CallAction;
  label: string;
  /** `off`: a device that is off; `on`: something unusual that is on. */
  look: "plain" | "off" | "on";
  busy?: boolean;
  wideOnly?: boolean;
  /** Why it cannot be pressed just now. */
  whyNot?: string | null;
  onAct: (action: CallAction) => void;
  children: ReactNode;
}

function Control({
  action,
  label,
  look,
  busy = false,
  wideOnly = false,
  whyNot = null,
  onAct,
  children,
}: ControlProps) {
  const [lettersAct] = useShortcutsOn();
  const key = lettersAct ? SHORTCUTS.find((shortcut) => shortcut.action === action)?.key : undefined;
  return (
    <button
      type="button"
      className={clsx(styles.control, styles[look], wideOnly && styles.wideOnly)}
      title={whyNot ?? (key ? `${label} (${key.toUpperCase()})` : label)}
      aria-label={label}
      aria-keyshortcuts={key}
      aria-busy={busy || undefined}
      aria-disabled={whyNot !== null || undefined}
      onClick={whyNot === null ? () => onAct(action) : undefined}
    >
      {children}
    </button>
  );
}

function MoreMenu({
  layout,
  sends,
  shares,
  pictureSupported,
  onAct,
  onDialog,
}: ControlsProps & { sends: boolean; shares: boolean }) {
  return (
    <Menu
      trigger={
        <button type="button" className={clsx(styles.control, styles.plain)} aria-label="More of the call" title="More">
          <EllipsisVertical aria-hidden="true" />
        </button>
      }
    >
      {sends && shares && (
        <MenuItem icon={<MonitorUp aria-hidden="true" />} onSelect={() => onAct("screen")}>
          Share your screen
        </MenuItem>
      )}
      <MenuItem icon={<LayoutGrid aria-hidden="true" />} onSelect={() => onAct("layout")}>
        {layout === "grid" ? "Speaker layout" : "Grid layout"}
      </MenuItem>
      {pictureSupported && (
        <MenuItem icon={<PictureInPicture2 aria-hidden="true" />} onSelect={() => onAct("picture")}>
          Picture in picture
        </MenuItem>
      )}
      <MenuSeparator />
      {sends && (
        <MenuItem icon={<Settings2 aria-hidden="true" />} onSelect={() => onDialog("devices")}>
          Camera, microphone, speaker
        </MenuItem>
      )}
      <MenuItem icon={<Gauge aria-hidden="true" />} onSelect={() => onDialog("check")}>
        Check devices and connection
      </MenuItem>
      <MenuItem icon={<Keyboard aria-hidden="true" />} onSelect={() => onDialog("shortcuts")}>
        Keyboard shortcuts
      </MenuItem>
    </Menu>
  );
}
