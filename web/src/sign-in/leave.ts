/**
 * Conversations are another page than the dashboard, so going there is a real page load; the rest is a step of the
 * router.
 */
export function leaveFor(target: string, step: (to: string) => unknown): void {
  if (/^\/(dashboard|setup|sign-in|reset|invite)(\/|\?|#|$)/.test(target) || target === "/") step(target);
  else window.location.replace(target);
}
