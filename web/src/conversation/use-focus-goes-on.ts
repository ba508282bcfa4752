import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from "react";

interface Held {
  ref: RefObject<HTMLDivElement | null>;
  onFocus: (event: FocusEvent) => void;
  onBlur: () => void;
}

/**
 * Whoever answers a card by keyboard is not thrown back to the top of the page when the card goes: the focus goes on to the next
 * thing to decide, else to where `rest` puts it. For the element around the cards.
 */
export function useFocusGoesOn(rest: () => void): Held {
  const ref = useRef<HTMLDivElement>(null);
  // A finger or a mouse needs no focus, and a phone would open its keyboard for it.
  const held = useRef(false);
  useLayoutEffect(() => {
    if (!held.current || document.activeElement !== document.body) return;
    held.current = false;
    const next = ref.current?.querySelector<HTMLElement>("[data-decision] button");
    if (next) next.focus();
    else rest();
  });
  return {
    ref,
    onFocus: ({ target }) => {
      held.current = target.matches(":focus-visible");
    },
    // Not called for an element that is taken away: then it is still held.
    onBlur: () => {
      held.current = false;
    },
  };
}
