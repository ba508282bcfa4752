import type { Plugin } from "vite";

/** Which page file answers a path; the binary routes the same way when it serves `dist`. */
function pageFor(path: string): string | undefined {
  if (/^\/(p|widget|c)\/[^/.]+\/?$/.test(path) || path === "/g") return "/panel.html";
  if (path === "/demo") return "/demo.html";
  if (path === "/api/reference") return "/reference.html";
  return undefined;
}

/** During `npm run dev`: the same addresses as those of the binary. */
export function devPages(): Plugin {
  return {
    name: "trialogue-dev-pages",
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const url = request.url ?? "/";
        const path = url.split("?", 1)[0] ?? "/";
        if (path === "/embed.js") {
          const made = await server.transformRequest("/src/widget/embed.ts");
          response.setHeader("content-type", "text/javascript");
          // The built loader is a classic script; an empty `export` would make it a module.
          response.end(made?.code.replace(/^export \{\s*\};?$/m, "") ?? "");
          return;
        }
        const file = pageFor(path);
        if (file) request.url = file + url.slice(path.length);
        next();
      });
    },
  };
}
