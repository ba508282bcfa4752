import { useCallback, useState } from "react";
import { Problem, sentenceOf } from "../api/rest/http";

/** Something that may be refused: busy while it is tried, and why it failed, in words and as the code to branch on. */
export function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const attempt = useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }, []);
  const problem = failure === null ? undefined : sentenceOf(failure);
  const code = failure instanceof Problem ? failure.code : undefined;
  return { attempt, busy, problem, code };
}
