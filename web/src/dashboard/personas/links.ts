/** The addresses under which visitors meet a persona. */

export const pageUrl = (personaId: string): string => `/p/${encodeURIComponent(personaId)}`;

export const demoUrl = (personaId: string): string => `/demo?persona=${encodeURIComponent(personaId)}`;

/** What goes into any page, just before `</body>`. */
export function embedCode(origin: string, personaId: string): string {
  return `<script src="${attribute(origin)}/embed.js" data-persona="${attribute(personaId)}" async></script>`;
}

const attribute = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
