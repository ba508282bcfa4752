/**
 * What a visitor's browser fetches before the panel shows, and what the loader adds to a host page, gzipped.
 * Fails the build when either is over its budget. Counts scripts, preloaded chunks, styles and the Latin font.
 */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const gzipped = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

const BUDGETS = { panel: 150_000, embed: 10_000 };

const html = readFileSync(new URL("panel.html", dist), "utf8");
const linked = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
const fonts = readdirSync(new URL("assets/", dist))
  .filter((name) => /^figtree-latin-wght-normal.*\.woff2$/.test(name))
  .map((name) => `assets/${name}`);

const parts = ["panel.html", ...new Set(linked), ...fonts].map((file) => [file, gzipped(file)]);
for (const [file, size] of parts) console.log(`${String(size).padStart(8)}  ${file}`);
const panel = parts.reduce((sum, [, size]) => sum + size, 0);
const embed = gzipped("embed.js");

let over = false;
for (const [name, size] of Object.entries({ panel, embed })) {
  const budget = BUDGETS[name];
  console.log(`${name}: ${size} of ${budget} bytes gzipped`);
  if (size > budget) over = true;
}
if (over) {
  console.error("Over budget.");
  process.exit(1);
}
