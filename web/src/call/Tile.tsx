import clsx from "clsx";
import { CirclePause, Hand, MicOff, MonitorUp, Pin, SignalLow, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { presenceOf, roleLabel } from "../conversation/model/people";
import { Avatar, Badge } from "../ui";
import type { MediaPerson } from "./model/media-person";
import type { Tile as TileOf } from "./model/tiles";
import { PersonaTile } from "./PersonaTile";
import { Picture } from "./Picture";
import styles from "./Tile.module.css";
import { TileMenu } from "./TileMenu";

export interface TileProps {
  tile: TileOf;
  /** Where it stands decides how much of it is said. */
  place: "stage" | "thumbnail" | "grid";
  pinned: boolean;
  /** Nothing where the tile stands alone, without its menu. */
  onPin: ((key: string | null) => void) | null;
}

/** One of the call: a face, a screen or the persona, with its name and what one should know of it. */
export function Tile(props: TileProps) {
  const { tile, place } = props;
  if (tile.kind === "persona") return <PersonaTile place={place} />;
  return tile.kind === "screen" ? <ScreenTile {...props} tile={tile} /> : <PersonTile {...props} tile={tile} />;
}

/** A picture that stands still must not be taken for a live one. */
const PAUSED = "Picture paused: slow connection";

type Of<Kind> = TileProps & { tile: Extract<TileOf, { kind: Kind }> };

function PersonTile({ tile, place, pinned, onPin }: Of<"person">) {
  const { person, media, you } = tile;
  const name = you ? "You" : person.name;
  const speaking = media?.speaking === true && media.microphone;
  const dropped = presenceOf(person) === "dropped";
  return (
    <article
      className={clsx(styles.tile, styles[place], speaking && styles.speaking)}
      data-participant={person.id}
      data-speaking={speaking || undefined}
      aria-label={spoken(tile, name)}
    >
      {media?.camera ? (
        <Picture track={media.camera} label={you ? "Your camera" : `${person.name}’s camera`} />
      ) : (
        <span className={styles.noPicture}>
          <Avatar name={person.name} kind="person" size={place === "thumbnail" ? "lg" : "xl"} />
        </span>
      )}
      {place === "thumbnail" && (
        <span className={styles.corner}>
          <Badge>{roleLabel(person.role)}</Badge>
        </span>
      )}
      {dropped && (
        <Veil words="Connection lost, place held">
          <WifiOff aria-hidden="true" />
        </Veil>
      )}
      {!dropped && media?.camera && media.paused.camera && <Paused />}
      <Label>
        {person.hand_raised_at !== null && (
          <span className={styles.hand} title="Hand raised">
            <Hand aria-hidden="true" />
          </span>
        )}
        {!media?.microphone && <MicOff className={styles.muted} aria-hidden="true" />}
        <span className={styles.name}>{name}</span>
        {place !== "thumbnail" && <Badge>{roleLabel(person.role)}</Badge>}
        <Signal media={media} />
        {pinned && <Pin aria-hidden="true" />}
      </Label>
      {onPin && <TileMenu tile={tile} pinned={pinned} onPin={onPin} />}
    </article>
  );
}

function ScreenTile({ tile, place, pinned, onPin }: Of<"screen">) {
  const { person, media, you } = tile;
  const name = you ? "Your screen" : `${person.name}’s screen`;
  return (
    <article
      className={clsx(styles.tile, styles[place], place !== "thumbnail" && styles.screen)}
      data-screen-of={person.id}
      aria-label={media.paused.screen ? `${name}, ${PAUSED}` : name}
    >
      {/* One's own screen inside one's own page would be a picture of a picture of a picture. */}
      {you || !media.screen ? (
        <span className={styles.noPicture}>
          {place === "thumbnail" ? (
            <MonitorUp aria-hidden="true" />
          ) : you ? (
            "Everybody sees your screen"
          ) : (
            "The screen is coming"
          )}
        </span>
      ) : (
        <Picture track={media.screen} label={name} whole />
      )}
      {media.screen && media.paused.screen && <Paused />}
      <Label>
        <span className={styles.name}>{name}</span>
        {pinned && <Pin aria-hidden="true" />}
      </Label>
      {onPin && <TileMenu tile={tile} pinned={pinned} onPin={onPin} />}
    </article>
  );
}

/** Over the last picture that came; in a small tile its sign alone. */
const Veil = ({ words, children }: { words: string; children: ReactNode }) => (
  <span className={styles.veil} title={words}>
    {children}
    <span className={styles.veilWords}>{words}</span>
  </span>
);

const Paused = () => (
  <Veil words={PAUSED}>
    <CirclePause aria-hidden="true" />
  </Veil>
);

const Label = ({ children }: { children: ReactNode }) => <span className={styles.label}>{children}</span>;

/** Only what is not as it should be. */
function Signal({ media }: { media: MediaPerson | null }) {
  if (media?.quality === "poor") {
    return (
      <span className={styles.signal} title="Poor connection">
        <SignalLow aria-hidden="true" />
      </span>
    );
  }
  if (media?.quality === "lost") {
    return (
      <span className={styles.signal} title="Connection lost">
        <WifiOff aria-hidden="true" />
      </span>
    );
  }
  return null;
}

/** All that the marks say, in words. */
function spoken({ person, media }: Of<"person">["tile"], name: string): string {
  const facts = [
    name,
    roleLabel(person.role),
    media?.camera ? "camera on" : "camera off",
    media?.microphone ? "microphone on" : "microphone off",
  ];
  if (media?.camera && media.paused.camera) facts.push("picture paused");
  if (person.hand_raised_at !== null) facts.push("hand raised");
  if (media?.quality === "poor") facts.push("poor connection");
  if (media?.quality === "lost" || presenceOf(person) === "dropped") facts.push("connection lost");
  return facts.join(", ");
}
