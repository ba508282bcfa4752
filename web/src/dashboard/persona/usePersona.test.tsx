import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Persona } from "../../api/rest/personas";
import { personaQuery } from "../queries";
import { useLiveSetting } from "./usePersona";

const persona: Persona = {
  id: "p",
  name: "Michael",
  call_names: [],
  greeting: "",
  instructions: "",
  owner: { user_id: "u", name: "Dana" },
  backups: [],
  handoff_topics: [],
  in_call_users: true,
  disable_video: false,
  many_screens: false,
  confidence_threshold: 50,
  picture: null,
  version: 1,
  retrieval: "hybrid",
};

/** A server whose answers to PATCH come when the test says so. */
function start() {
  const waiting: ((response: Response) => void)[] = [];
  vi.stubGlobal(
    "fetch",
    vi.fn((_: string, init: RequestInit) => {
      if (init.method !== "PATCH") return Promise.resolve(Response.json(persona));
      return new Promise<Response>((resolve) => waiting.push(resolve));
    }),
  );
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(personaQuery("p").queryKey, persona);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useLiveSetting("p"), { wrapper });
  const now = () => queries.getQueryData(personaQuery("p").queryKey);
  return { change: (patch: object) => act(() => result.current.mutate(patch)), now, waiting };
}

const refused = () =>
  new Response('{"status":403,"code":"forbidden","detail":"No."}', {
    status: 403,
    headers: { "content-type": "application/problem+json" },
  });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("a live setting", () => {
  it("shows the change before the server has answered", async () => {
    const run = start();
    run.change({ in_call_users: false });
    await waitFor(() => expect(run.now()?.in_call_users).toBe(false));
    expect(run.waiting).toHaveLength(1);
  });

  it("takes back what the server refused, and only that", async () => {
    const run = start();
    run.change({ in_call_users: false });
    await waitFor(() => expect(run.now()?.in_call_users).toBe(false));
    run.change({ confidence_threshold: 80 });
    await waitFor(() => expect(run.now()?.confidence_threshold).toBe(80));
    await act(async () => run.waiting[0]?.(refused()));
    await waitFor(() => expect(run.now()?.in_call_users).toBe(true));
    expect(run.now()?.confidence_threshold).toBe(80);
  });
});
