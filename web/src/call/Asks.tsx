import type { AskCard as Ask } from "../api/words";
import { useCommand, useView } from "../conversation/room-context";
import { Button } from "../ui";
import styles from "./Call.module.css";
import { useMediaRoom } from "./media-context";

/** What one is asked to switch on. Nothing is on before one says so. */
export function Asks() {
  const { asks } = useView();
  return asks.map((ask) => <AskCard key={ask.asked} ask={ask} />);
}

const ACCEPT = { microphone: "Unmute", camera: "Turn camera on", screen: "Share my screen" } as const;

function AskCard({ ask }: { ask: Ask }) {
  const room = useMediaRoom();
  const { run, busy } = useCommand();
  const { asked, source, text } = ask;
  const accept = async () => {
    // A screen is chosen while the press of this button counts, before the server was asked.
    if (source === "screen") void room.shareScreen(true);
    if (!(await run({ do: "answer_turn_on", asked, accept: true }))) return;
    if (source === "camera") void room.switchCamera(true);
    if (source === "microphone") void room.switchMicrophone(true);
  };
  return (
    <section className={styles.ask} aria-label="A request to you">
      <p role="alert">{text}</p>
      <span className={styles.askButtons}>
        <Button variant="primary" busy={busy} onClick={() => void accept()}>
          {ACCEPT[source]}
        </Button>
        <Button disabled={busy} onClick={() => void run({ do: "answer_turn_on", asked, accept: false })}>
          Not now
        </Button>
      </span>
    </section>
  );
}
