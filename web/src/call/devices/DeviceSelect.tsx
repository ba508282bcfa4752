import { Select } from "../../ui/Select";

interface DeviceSelectProps {
  label: string;
  devices: readonly MediaDeviceInfo[];
  value: string | null;
  onChange: (id: string) => void;
}

/** One kind of device. Without any of it there is nothing to choose; without leave to know their names neither. */
export function DeviceSelect({ label, devices, value, onChange }: DeviceSelectProps) {
  const named = devices.filter((device) => device.label !== "");
  if (named.length === 0) return null;
  const chosen = named.some(({ deviceId }) => deviceId === value) ? value : named[0]?.deviceId;
  return (
    <Select label={label} value={chosen ?? ""} onChange={(event) => onChange(event.target.value)}>
      {named.map(({ deviceId, label: name }) => (
        <option key={deviceId} value={deviceId}>
          {name}
        </option>
      ))}
    </Select>
  );
}
