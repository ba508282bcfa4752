import clsx from "clsx";
import type { VideoTrack } from "livekit-client";
import { useEffect, useRef } from "react";
import { isOwnCamera } from "./model/media-person";
import styles from "./Tile.module.css";

interface PictureProps {
  track: VideoTrack;
  /** Whose it is, or what it shows. */
  label: string;
  /** Shows all of it: what is on a screen must not be cut off. */
  whole?: boolean;
}

/** A running picture. Its sound is played elsewhere, so that it goes on when the picture is not drawn. */
export function Picture({ track, label, whole = false }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    track.attach(element);
    return () => void track.detach(element);
  }, [track]);
  return (
    <video
      ref={video}
      className={clsx(styles.picture, whole && styles.whole, isOwnCamera(track) && styles.mirrored)}
      autoPlay
      muted
      playsInline
      aria-label={label}
    />
  );
}
