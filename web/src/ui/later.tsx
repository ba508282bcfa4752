import clsx from "clsx";
import { RotateCw } from "lucide-react";
import { type ComponentType, lazy, type ReactNode, Suspense, useState, useSyncExternalStore } from "react";
import { Boundary } from "./Boundary";
import { Button, IconButton } from "./Button";
import styles from "./later.module.css";

interface LaterOptions {
  /** Until it is there. */
  fallback?: ReactNode;
  /**
   * Where it is said that it did not come: in the part's own place; over the page, for what opens over it; or behind a small button,
   * for what stands in a row and may stand there many times.
   */
  place?: "block" | "over" | "row";
}

/** Not a fault of the part itself: its code did not arrive. */
class NotLoaded extends Error {}

/**
 * A part whose code comes when it is first drawn. Where it does not come (the connection is gone, or the server was upgraded and has
 * newer files), the rest of the page stays, and the part can be asked for again: `lazy` alone would keep the failure for ever.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { fallback, place = "block" }: LaterOptions = {},
): ComponentType<Props> {
  const asked = () =>
    lazy(() =>
      load().then(
        (part) => ({ default: part }),
        (cause: unknown) => {
          throw new NotLoaded("a part of the page did not load", { cause });
        },
      ),
    ) as ComponentType<Props>;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  let Part = asked();
  let tries = 0;
  const again = () => {
    Part = asked();
    tries += 1;
    for (const listener of listeners) listener();
  };
  return function Later(props: Props) {
    // All that are drawn of this part try again together.
    const nth = useSyncExternalStore(subscribe, () => tries);
    const onClose = "onClose" in props && typeof props.onClose === "function" ? (props.onClose as () => void) : null;
    return (
      <Boundary
        key={nth}
        instead={(error) => (
          <Missing loaded={!(error instanceof NotLoaded)} place={place} onAgain={again} onClose={onClose} />
        )}
      >
        <Suspense fallback={fallback}>
          <Part {...props} />
        </Suspense>
      </Boundary>
    );
  };
}

interface MissingProps {
  loaded: boolean;
  place: "block" | "over" | "row";
  onAgain: () => void;
  onClose: (() => void) | null;
}

function Missing({ loaded, place, onAgain, onClose }: MissingProps) {
  const [open, setOpen] = useState(place !== "row");
  const words = loaded ? "This part stopped working." : "This part could not be loaded.";
  if (!open) {
    return (
      <IconButton size="sm" label={words} onClick={() => setOpen(true)}>
        <RotateCw aria-hidden="true" />
      </IconButton>
    );
  }
  return (
    <div className={clsx(styles.missing, place !== "block" && styles.over)} role="alert">
      <p>{words} Your drafts and messages are kept.</p>
      <Button size="sm" onClick={onAgain}>
        Try again
      </Button>
      {/* Some browsers remember that a file did not load until the page is loaded anew. */}
      <Button size="sm" onClick={() => location.reload()}>
        Reload the page
      </Button>
      {place !== "block" && (
        <Button size="sm" variant="quiet" onClick={onClose ?? (() => setOpen(false))}>
          Not now
        </Button>
      )}
    </div>
  );
}
