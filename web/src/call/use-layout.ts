import { useCallback, useState } from "react";
import { useRoom } from "../conversation/room-context";

/** One large and the others small, or all alike. */
export type Layout = "speaker" | "grid";

const KEY = "trialogue.call.layout";

export function useLayout(): [Layout, (layout: Layout) => void] {
  const { keep } = useRoom();
  const [layout, setLayout] = useState<Layout>(() => (keep.get(KEY) === "grid" ? "grid" : "speaker"));
  const put = useCallback(
    (next: Layout) => {
      keep.set(KEY, next);
      setLayout(next);
    },
    [keep],
  );
  return [layout, put];
}
