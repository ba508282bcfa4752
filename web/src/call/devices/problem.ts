/** Why a camera, a microphone or a screen could not be switched on, as far as a browser tells. */
export type DeviceProblem = "blocked" | "dismissed" | "none" | "in_use" | "insecure" | "unknown";

export type Source = "camera" | "microphone" | "screen";

const SOURCE_NAMES: Record<Source, string> = {
  camera: "camera",
  microphone: "microphone",
  screen: "screen",
};

/** Reads what `getUserMedia` or `getDisplayMedia` threw. `prompt` as far as the Permissions API knows what was answered. */
export function problemOf(error: unknown, permission: PermissionState | null = null): DeviceProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      // Chromium throws the same for “Block” and for closing its question; only afterwards the permission differs.
      return permission === "prompt" ? "dismissed" : "blocked";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "in_use";
    case "TypeError":
    case "DeviceUnsupportedError":
      return "insecure";
    default:
      return "unknown";
  }
}

/** What happened and what to do about it. */
export function problemWords(source: Source, problem: DeviceProblem): { title: string; help: string } {
  const name = SOURCE_NAMES[source];
  if (source === "screen") {
    return problem === "blocked" || problem === "dismissed"
      ? {
          title: "Your screen is not shared",
          help: "Nothing was chosen, or the browser does not allow it on this page.",
        }
      : { title: "Your screen could not be shared", help: "This browser cannot share a screen from this page." };
  }
  switch (problem) {
    case "blocked":
      return {
        title: `Your browser blocks the ${name}`,
        help: `Open the settings of this page beside its address, allow the ${name}, and try again. Your system’s privacy settings may block it too.`,
      };
    case "dismissed":
      return {
        title: `The ${name} was not allowed`,
        help: `Try again and choose “Allow”. You can also join without it.`,
      };
    case "none":
      return {
        title: `No ${name} was found`,
        help: `Plug one in, or join without: you take part all the same.`,
      };
    case "in_use":
      return {
        title: `The ${name} is in use`,
        help: `Another program or tab holds it. Close that and try again.`,
      };
    case "insecure":
      return {
        title: `The ${name} cannot be used on this page`,
        help: `Browsers allow it only on pages with https. You can join without it.`,
      };
    case "unknown":
      return { title: `The ${name} could not be switched on`, help: `Try again, or choose another one.` };
  }
}

/** What the browser would answer now; nothing where it does not say. */
export async function permissionFor(source: "camera" | "microphone"): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: source as PermissionName })).state;
  } catch {
    return null;
  }
}
