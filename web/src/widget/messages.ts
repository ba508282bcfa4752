/** What the panel and the page around it say to each other. Types only: the loader bundles nothing of the panel's. */

/** From the panel to the page around it. */
export type PanelMessage =
  | { trialogue: "ready" }
  /** Keep this for me; nothing removes it. */
  | { trialogue: "keep"; key: string; value: string | null }
  /** Somebody said something, or knocked. */
  | { trialogue: "unread" }
  /** The visitor is on video here, or is not any more. */
  | { trialogue: "call"; on: boolean }
  | { trialogue: "close" };

/** From the page around it to the panel. */
export type HostMessage =
  | { trialogue: "kept"; values: Record<string, string> }
  /** The panel was shown: put the focus where one writes. */
  | { trialogue: "shown" }
  /** It was hidden: a camera that only its user sees goes dark. */
  | { trialogue: "hidden" };
