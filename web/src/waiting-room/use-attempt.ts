import { useCallback, useState } from "react";
import { sentenceOf } from "../api/rest/http";

/** Something that may be refused: busy while it is tried, and why it failed. */
export function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const attempt = useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }, []);
  return { attempt, busy, problem };
}
