import { useNow } from "../conversation/use-now";
import { Button } from "../ui";
import { useAttempt } from "./use-attempt";

interface KnockAgainProps {
  /** When it may be tried, in milliseconds since the epoch. */
  from?: number;
  onKnockAgain: () => Promise<void>;
}

/** One press knocks once more; where that is refused, says why. */
export function KnockAgain({ from = 0, onKnockAgain }: KnockAgainProps) {
  const seconds = Math.ceil((from - useNow(1_000)) / 1_000);
  const { attempt, busy, problem } = useAttempt();
  return (
    <>
      {problem && <p role="alert">{problem}</p>}
      <Button variant="primary" busy={busy} disabled={seconds > 0} onClick={() => void attempt(onKnockAgain)}>
        {seconds > 0 && seconds <= 120 ? `Knock again in ${seconds} s` : "Knock again"}
      </Button>
    </>
  );
}
