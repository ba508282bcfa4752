import { useCallback, useEffect, useState } from "react";

export interface Devices {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

const NO_DEVICES: Devices = { cameras: [], microphones: [], speakers: [] };

/**
 * What is plugged in, as it changes. Names are told only once a device was allowed: `look` again then.
 */
export function useDevices(): Devices & { look: () => void } {
  const [devices, setDevices] = useState(NO_DEVICES);
  const look = useCallback(() => {
    void listDevices().then(setDevices);
  }, []);
  useEffect(() => {
    look();
    const media = navigator.mediaDevices;
    media?.addEventListener?.("devicechange", look);
    return () => media?.removeEventListener?.("devicechange", look);
  }, [look]);
  return { ...devices, look };
}

async function listDevices(): Promise<Devices> {
  try {
    const all = await navigator.mediaDevices.enumerateDevices();
    const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== "");
    return { cameras: of("videoinput"), microphones: of("audioinput"), speakers: of("audiooutput") };
  } catch {
    // No `mediaDevices` on a page without https: nothing to choose from.
    return NO_DEVICES;
  }
}
