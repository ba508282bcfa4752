import { useCallback, useEffect, useRef, useState } from "react";
import { wish } from "./choice";
import { type DeviceProblem, permissionFor, problemOf } from "./problem";

export interface Preview {
  state: "off" | "starting" | "on";
  track: MediaStreamTrack | null;
  problem: DeviceProblem | null;
}

const OFF: Preview = { state: "off", track: null, problem: null };

/**
 * One device of this computer, opened for its user alone. `on` and `deviceId` say what is wanted; the device is closed when it is
 * no longer wanted and when the page is left.
 */
export function usePreview(
  source: "camera" | "microphone",
  on: boolean,
  deviceId: string | null,
  onOpened: () => void,
): Preview & { again: () => void } {
  const [preview, setPreview] = useState(OFF);
  const [tries, setTries] = useState(0);
  const opened = useRef(onOpened);
  opened.current = onOpened;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is made by counting up
  useEffect(() => {
    if (!on) return;
    let wanted = true;
    let track: MediaStreamTrack | null = null;
    setPreview({ state: "starting", track: null, problem: null });
    open(source, deviceId).then(
      (got) => {
        if (!wanted) return got.stop();
        track = got;
        // Unplugged, or taken away in the browser's own bar.
        got.onended = () => setPreview({ state: "off", track: null, problem: "none" });
        setPreview({ state: "on", track: got, problem: null });
        opened.current();
      },
      async (error: unknown) => {
        const problem = problemOf(error, await permissionFor(source));
        if (wanted) setPreview({ state: "off", track: null, problem });
      },
    );
    return () => {
      wanted = false;
      track?.stop();
      setPreview(OFF);
    };
  }, [source, on, deviceId, tries]);

  const again = useCallback(() => setTries((count) => count + 1), []);
  return { ...preview, again };
}

async function open(source: "camera" | "microphone", deviceId: string | null): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia(
    source === "camera" ? { video: { ...wish(deviceId), width: { ideal: 1280 } } } : { audio: wish(deviceId) },
  );
  const [track] = stream.getTracks();
  if (!track) throw new DOMException("no track", "NotFoundError");
  return track;
}
