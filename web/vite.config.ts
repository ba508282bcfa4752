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
      output: {
        codeSplitting: {
          groups: [
            // Apart from the primitives: the panel shows before it has those.
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
            {
              name: "primitives",
              test: /node_modules\/(@radix-ui|radix-ui|@floating-ui|react-remove-scroll|aria-hidden)/,
            },
          ],
        },
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
