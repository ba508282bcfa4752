/**
 * The loader: `<script src="https://…/embed.js" data-persona="…" async></script>` adds a button to a page and, when it is pressed, a
 * panel in an iframe. It works where third-party cookies and storage are blocked: the page itself keeps what the panel needs.
 *
 * `data-name`: what the visitor is called, if the page knows. `data-position`: `left` or `right` (default).
 */
import type { HostMessage, PanelMessage } from "./messages";

/** The page's storage is not ours: a panel may keep so much there and no more. */
const MAX_KEPT_CHARS = 200_000;

// Only known while the script runs for the first time.
const script = document.currentScript as HTMLScriptElement | null;
if (script?.dataset.persona) {
  const { persona } = script.dataset;
  if (document.body) launch(script, persona);
  else document.addEventListener("DOMContentLoaded", () => launch(script, persona));
}

function launch(loader: HTMLScriptElement, personaId: string): void {
  const server = new URL(loader.src).origin;
  const prefix = `trialogue:${personaId}:`;
  const host = document.createElement("div");
  host.dataset.trialogue = personaId;
  // Styles of the page do not reach in, ours do not reach out.
  const root = host.attachShadow({ mode: "open" });
  style(root, loader.dataset.position === "left" ? "left" : "right");

  const button = element("button", "launch");
  button.type = "button";
  const icon = element("span", "icon");
  icon.append(bubble());
  const label = element("span", "label");
  const dot = element("span", "dot");
  dot.hidden = true;
  button.append(icon, label, dot);
  const frame = element("div", "frame");
  frame.hidden = true;
  root.append(frame, button);

  let name = "";
  let panel: HTMLIFrameElement | null = null;
  let open = false;
  let onVideo = false;

  const draw = () => {
    const [text, spoken] = words();
    label.textContent = text;
    button.setAttribute("aria-label", `${spoken}${dot.hidden ? "" : ", new messages"}`);
    host.toggleAttribute("data-video", onVideo);
    button.setAttribute("aria-expanded", String(open));
    host.toggleAttribute("data-open", open);
    frame.hidden = !open;
  };

  /** What the button shows, and what is read out for it. Nobody is on video behind a panel out of sight without being told. */
  const words = (): [string, string] => {
    if (open) return onVideo ? ["Hide", `Hide ${name}, the video goes on`] : ["Close", `Close ${name}`];
    return onVideo ? ["On video", `On video with ${name}, show`] : [`Launch ${name}`, `Launch ${name}`];
  };

  const load = () => {
    if (panel) return;
    panel = element("iframe", "panel");
    const query = loader.dataset.name ? `?name=${encodeURIComponent(loader.dataset.name)}` : "";
    panel.src = `${server}/widget/${encodeURIComponent(personaId)}${query}`;
    panel.title = `Conversation with ${name}`;
    panel.allow = "clipboard-write; microphone; camera; autoplay; display-capture";
    frame.append(guard(), panel, guard());
  };

  // While the panel is open, tabbing past either end of it comes back into it; Escape leaves.
  const guard = () => {
    const end = element("span", "guard");
    end.tabIndex = 0;
    end.addEventListener("focus", () => panel?.focus());
    return end;
  };

  const tell = (message: HostMessage) => panel?.contentWindow?.postMessage(message, server);

  const show = (wanted: boolean) => {
    open = wanted;
    if (open) {
      load();
      dot.hidden = true;
    }
    draw();
    if (open) {
      panel?.focus();
      tell({ trialogue: "shown" });
    } else {
      button.focus();
      tell({ trialogue: "hidden" });
    }
  };

  button.addEventListener("click", () => show(!open));
  root.addEventListener("keydown", (event) => {
    if ((event as KeyboardEvent).key === "Escape" && open) show(false);
  });

  addEventListener("message", (event: MessageEvent<PanelMessage>) => {
    if (!panel || event.source !== panel.contentWindow || event.origin !== server) return;
    const message = event.data;
    if (message.trialogue === "ready") {
      // Loaded anew: it says again what goes on in it.
      onVideo = false;
      draw();
      tell({ trialogue: "kept", values: readKept(prefix) });
      if (open) tell({ trialogue: "shown" });
    } else if (message.trialogue === "keep") writeKept(prefix, message.key, message.value);
    else if (message.trialogue === "close") show(false);
    else if (message.trialogue === "call") {
      onVideo = message.on;
      draw();
    } else if (message.trialogue === "unread" && !open) {
      dot.hidden = false;
      draw();
    }
  });

  fetch(`${server}/api/v1/public/personas/${encodeURIComponent(personaId)}`, { credentials: "omit" })
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(String(response.status)))))
    .then((persona: { name: string }) => {
      name = persona.name;
      draw();
      document.body.append(host);
      // Somebody who has talked before may have been answered since.
      if (Object.keys(readKept(prefix)).length > 0) load();
    })
    // Without a persona there is nobody to launch; the page stays as it was.
    .catch(() => undefined);
}

function readKept(prefix: string): Record<string, string> {
  const values: Record<string, string> = {};
  try {
    for (const key of Object.keys(localStorage)) {
      const value = key.startsWith(prefix) ? localStorage.getItem(key) : null;
      if (value !== null) values[key.slice(prefix.length)] = value;
    }
  } catch {
    // Blocked here too: the conversation lasts as long as the page.
  }
  return values;
}

function writeKept(prefix: string, key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + key);
    else if (JSON.stringify(readKept(prefix)).length + value.length < MAX_KEPT_CHARS)
      localStorage.setItem(prefix + key, value);
  } catch {
    // Blocked or full, as above.
  }
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function bubble(): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute(
    "d",
    "M12 3c5 0 9 3.4 9 7.7s-4 7.7-9 7.7c-1 0-2-.1-2.9-.4L4.5 21l.9-4C3.9 15.5 3 13.2 3 10.7 3 6.4 7 3 12 3Z",
  );
  svg.append(path);
  return svg;
}

/** A constructed sheet is allowed where the page's policy forbids inline styles. */
function style(root: ShadowRoot, side: "left" | "right"): void {
  const css = `
    :host { all: initial; }
    [hidden] { display: none !important; }
    .launch { position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); ${side}: 20px; z-index: 2147483001;
      display: inline-flex; align-items: center; gap: 10px; min-height: 52px; max-width: calc(100vw - 40px); padding: 0 20px 0 16px;
      border: 0; border-radius: 999px; font: 600 15px/1.2 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: #fff;
      background: #1d6450; cursor: pointer; box-shadow: 0 2px 6px rgb(20 30 25 / 18%), 0 12px 32px rgb(20 30 25 / 26%);
      transition: transform 160ms, background-color 160ms; }
    .launch:hover { background: #175341; transform: translateY(-1px); }
    :host([data-video]:not([data-open])) .launch { background: #b3261e; }
    .launch:focus-visible { outline: 3px solid #f2b36b; outline-offset: 3px; }
    .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .icon, svg { display: block; width: 22px; height: 22px; flex: none; fill: currentColor; }
    .dot { position: absolute; top: 2px; ${side === "left" ? "right" : "left"}: 6px; width: 14px; height: 14px; border: 2px solid #fff;
      border-radius: 50%; background: #d8452e; }
    .frame { position: fixed; bottom: calc(max(20px, env(safe-area-inset-bottom)) + 64px); ${side}: 20px; z-index: 2147483000;
      width: min(408px, calc(100vw - 40px)); height: min(680px, calc(100dvh - 112px)); border-radius: 20px; overflow: hidden;
      background: #f6f5f1; box-shadow: 0 4px 12px rgb(20 30 25 / 12%), 0 24px 64px rgb(20 30 25 / 28%);
      animation: rise 200ms cubic-bezier(.2,.7,.2,1); }
    .panel { display: block; width: 100%; height: 100%; border: 0; }
    .guard { position: absolute; width: 0; height: 0; overflow: hidden; }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    @media (prefers-color-scheme: dark) { .frame { background: #121512; } }
    @media (max-width: 480px), (max-height: 500px) {
      .frame { inset: 0; width: 100%; height: 100%; border-radius: 0; }
      :host([data-open]) .launch { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { .frame { animation: none; } .launch { transition: none; } }
  `;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const inline = document.createElement("style");
    inline.textContent = css;
    root.append(inline);
  }
}
