import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import { uploadSources } from "../../api/rest/knowledge";
import { sortFiles } from "./source-words";

interface Sending {
  count: number;
  /** 0 to 1. */
  share: number;
}

/** Sends files one by one, so that one bad file takes no other with it, and collects what was refused and why. */
export function useUploads(personaId: string) {
  const queries = useQueryClient();
  const [sending, setSending] = useState<Sending | null>(null);
  const [problems, setProblems] = useState<string[]>([]);

  async function add(files: readonly File[]) {
    const { good, refused } = sortFiles(files);
    setProblems(refused.map(({ name, why }) => `${name}: ${why}.`));
    for (const [sent, file] of good.entries()) {
      setSending({ count: good.length, share: sent / good.length });
      try {
        await uploadSources(personaId, [file], (share) =>
          setSending({ count: good.length, share: (sent + share) / good.length }),
        );
        void queries.invalidateQueries({ queryKey: ["sources", personaId] });
      } catch (error) {
        setProblems((before) => [...before, `${file.name}: ${sentenceOf(error)}`]);
      }
    }
    setSending(null);
    void queries.invalidateQueries({ queryKey: ["personas"] });
  }

  return {
    sending,
    problems,
    add: (files: readonly File[]) => void add(files),
    clearProblems: () => setProblems([]),
  };
}
