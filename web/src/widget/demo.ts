/** The demo's host page: adds the script tag that a site's own page would have. */
async function begin(): Promise<void> {
  const chosen = new URLSearchParams(location.search).get("persona");
  const persona = chosen ?? (await demoPersona());
  if (!persona) {
    document.querySelector("#missing")?.removeAttribute("hidden");
    return;
  }
  const script = document.createElement("script");
  script.src = "/embed.js";
  script.dataset.persona = persona;
  document.body.append(script);
}

async function demoPersona(): Promise<string | null> {
  const response = await fetch("/api/v1/public/demo");
  if (!response.ok) return null;
  const { persona_id } = (await response.json()) as { persona_id: string | null };
  return persona_id;
}

void begin();
