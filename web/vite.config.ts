import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { devPages } from "./scripts/dev-pages.ts";

const page = (file: string) => new URL(file, import.meta.url).pathname;

export default defineConfig({
  plugins: [react(), devPages()],
  css: { modules: { localsConvention: "camelCaseOnly" } },
  build: {
    target: "es2022",
    // The size check reads what each page loads first; source maps would only make the binary bigger.
    sourcemap: false,
    rolldownOptions: {
      input: {
        index: page("index.html"),
        panel: page("panel.html"),
        reference: page("reference.html"),
        demo: page("demo.html"),
      },
    },
  },
  server: {
    port: 5173,
    proxy: {
      "/api": { target: "http://localhost:8080", ws: true },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
