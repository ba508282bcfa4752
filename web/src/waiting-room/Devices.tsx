import { Loading, later } from "../ui";

/** Where camera and microphone are chosen and previewed before joining. */
export const Devices = later(() => import("../call/devices/DeviceStep").then(({ DeviceStep }) => DeviceStep), {
  fallback: <Loading label="Looking for camera and microphone" />,
});
