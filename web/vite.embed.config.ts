import { defineConfig } from "vite";

/** The loader that other people's pages include: one classic script, no imports, no styles of its own file. */
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2020",
    emptyOutDir: false,
    lib: {
      entry: new URL("src/widget/embed.ts", import.meta.url).pathname,
      formats: ["iife"],
      name: "TrialogueWidget",
      fileName: () => "embed.js",
    },
  },
});
