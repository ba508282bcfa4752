import { useEffect, useRef, useSyncExternalStore } from "react";
import { storageKeep } from "../core/keep";
import { actionFor, type CallAction, takesLetters, WritingOn } from "./model/shortcuts";

const keep = storageKeep(() => localStorage);
const KEY = "trialogue.call.shortcuts";
const listeners = new Set<() => void>();

/** Whether letters act. They can be switched off, for those whose speech input or hands press keys unmeant. */
export function useShortcutsOn(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => keep.get(KEY) !== "off",
  );
  return [on, switchShortcuts];
}

function switchShortcuts(on: boolean): void {
  if (on) keep.remove(KEY);
  else keep.set(KEY, "off");
  for (const listener of listeners) listener();
}

export function useShortcuts(act: (action: CallAction) => void): void {
  const [on] = useShortcutsOn();
  const writing = useRef<WritingOn>(null);
  writing.current ??= new WritingOn(performance.now());
  useEffect(() => {
    const onPointerDown = () => writing.current?.ends();
    addEventListener("pointerdown", onPointerDown);
    return () => removeEventListener("pointerdown", onPointerDown);
  }, []);
  useEffect(() => {
    if (!on) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const { key, ctrlKey, metaKey, altKey, repeat, target } = event;
      const writes = takesLetters(target);
      if (writes && key.length === 1) writing.current?.wrote(performance.now());
      const action = actionFor({ key, ctrlKey, metaKey, altKey, repeat, takesLetters: writes });
      const writesOn = key.length === 1 && writing.current?.goesOn(performance.now());
      if (!action || writesOn) return;
      event.preventDefault();
      act(action);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [on, act]);
}
