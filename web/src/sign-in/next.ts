/**
 * Where to go after signing in. Only a path of this very site is followed: anything else would let a crafted link
 * send somebody who just typed their password to a foreign page.
 */
export function safeNext(next: string | null | undefined, fallback = "/dashboard"): string {
  if (!next?.startsWith("/")) return fallback;
  // A base that no real site has: whatever leaves it was not a path of ours (“//evil”, “/\evil”, tabs in between).
  const base = "https://here.invalid";
  let url: URL;
  try {
    url = new URL(next, base);
  } catch {
    return fallback;
  }
  if (url.origin !== base) return fallback;
  if (url.pathname === "/sign-in" || url.pathname === "/setup") return fallback;
  return url.pathname + url.search + url.hash;
}

/** The sign-in page that comes back to `path`. */
export const signInPath = (path: string): string => `/sign-in?next=${encodeURIComponent(path)}`;
