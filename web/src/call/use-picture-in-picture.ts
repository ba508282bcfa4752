import { type RefObject, useCallback, useEffect, useState } from "react";
import { useToast } from "../ui";

interface PictureWindows {
  requestWindow(size: { width: number; height: number }): Promise<Window>;
}

/** A window of its own for parts of a page; Chromium has it, for pages that are not inside another's. */
function pictureWindows(): PictureWindows | null {
  if (window.top !== window) return null;
  const { documentPictureInPicture } = window as { documentPictureInPicture?: PictureWindows };
  return documentPictureInPicture ?? null;
}

interface PictureInPictureState {
  supported: boolean;
  /** Where to draw, once there is such a window. */
  window: Window | null;
  toggle: () => void;
}

/** Keeps the call in sight over other windows: with its controls where the browser can, else the running picture alone. */
export function usePictureInPicture(area: RefObject<HTMLElement | null>): PictureInPictureState {
  const say = useToast();
  const [pictureWindow, setPictureWindow] = useState<Window | null>(null);

  useEffect(() => () => pictureWindow?.close(), [pictureWindow]);

  const open = useCallback(async () => {
    const windows = pictureWindows();
    if (windows) {
      const opened = await windows.requestWindow({ width: 400, height: 300 });
      dress(opened.document);
      opened.addEventListener("pagehide", () => setPictureWindow(null));
      setPictureWindow(opened);
      return;
    }
    const video = area.current?.querySelector("video");
    if (video) await video.requestPictureInPicture();
    else say("There is no running picture to keep in sight yet", "problem");
  }, [area, say]);

  const toggle = useCallback(() => {
    if (pictureWindow) return pictureWindow.close();
    if (document.pictureInPictureElement) return void document.exitPictureInPicture();
    open().catch(() => say("The browser did not open picture in picture", "problem"));
  }, [pictureWindow, open, say]);

  return {
    supported: pictureWindows() !== null || document.pictureInPictureEnabled === true,
    window: pictureWindow,
    toggle,
  };
}

/** The same styles and theme as this page's. */
function dress(target: Document): void {
  for (const link of document.querySelectorAll('link[rel="stylesheet"], style')) {
    target.head.append(target.importNode(link, true));
  }
  Object.assign(target.documentElement.dataset, document.documentElement.dataset);
  target.title = document.title;
}
