import { lazy, Suspense } from "react";
import type { DeviceChoice } from "../call/devices/choice";
import type { Keep } from "../core/keep";
import { Loading } from "../ui";

const DeviceStep = lazy(() => import("../call/devices/DeviceStep").then(({ DeviceStep }) => ({ default: DeviceStep })));

interface DevicesProps {
  keep: Keep;
  conversation: { id: string; token: string | undefined };
  onChoice: (choice: DeviceChoice) => void;
}

/** Where camera and microphone are chosen and previewed before joining. */
export function Devices(props: DevicesProps) {
  return (
    <Suspense fallback={<Loading label="Looking for camera and microphone" />}>
      <DeviceStep {...props} />
    </Suspense>
  );
}
