import clsx from "clsx";
import { CircleAlert, CircleCheck } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import styles from "./Toasts.module.css";

interface Toast {
  id: number;
  text: string;
  tone: "ok" | "problem";
}

type Say = (text: string, tone?: Toast["tone"]) => void;

const ToastContext = createContext<Say>(() => undefined);
const PlaceContext = createContext<(place: HTMLElement | null) => void>(() => undefined);

/** Says a sentence for a few seconds; problems stay twice as long. */
export const useToast = (): Say => useContext(ToastContext);

/** Where sentences stand while this is on the page, in its flow: for a page on which they would lie over what one looks at. */
export function ToastPlace() {
  return <div ref={useContext(PlaceContext)} className={styles.place} />;
}

const SHOWN_MS = 4_000;
const MAX_SHOWN = 3;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const nextId = useRef(1);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());

  const say = useCallback<Say>((text, tone = "ok") => {
    const id = nextId.current++;
    setToasts((shown) => [...shown.slice(1 - MAX_SHOWN), { id, text, tone }]);
    const timer = setTimeout(
      () => {
        timers.current.delete(timer);
        setToasts((shown) => shown.filter((toast) => toast.id !== id));
      },
      tone === "problem" ? SHOWN_MS * 2 : SHOWN_MS,
    );
    timers.current.add(timer);
  }, []);

  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running) clearTimeout(timer);
    };
  }, []);

  const shown = useMemo(
    () =>
      toasts.map(({ id, text, tone }) => (
        <li key={id} className={clsx(styles.toast, tone === "problem" && styles.problem)}>
          {tone === "problem" ? <CircleAlert aria-hidden="true" /> : <CircleCheck aria-hidden="true" />}
          {text}
        </li>
      )),
    [toasts],
  );

  const stack = (
    <ul className={styles.stack} aria-live="polite" aria-label="Notices">
      {shown}
    </ul>
  );
  // Behind a dialog nobody would read it.
  const at = document.querySelector('[role="dialog"]') ? null : place;
  return (
    <ToastContext value={say}>
      <PlaceContext value={setPlace}>{children}</PlaceContext>
      {at ? createPortal(stack, at) : stack}
    </ToastContext>
  );
}
