import { Eye } from "lucide-react";
import { useState } from "react";
import { stepIn } from "../api/rest/conversations";
import { sentenceOf } from "../api/rest/http";
import { Banner, Button, useToast } from "../ui";
import { can, useRoom, useView } from "./room-context";

/** Says to a monitor that they are one, who knows of it, and how to take part. */
export function Watching({ onSteppedIn }: { onSteppedIn: () => void }) {
  const view = useView();
  const { conversationId } = useRoom();
  const say = useToast();
  const [busy, setBusy] = useState(false);
  const mayStepIn = can(view, "step_in");

  async function step() {
    setBusy(true);
    try {
      await stepIn(conversationId);
      onSteppedIn();
    } catch (problem) {
      say(sentenceOf(problem), "problem");
      setBusy(false);
    }
  }

  return (
    <Banner
      tone="staff"
      icon={<Eye />}
      action={
        mayStepIn && (
          <Button size="sm" busy={busy} onClick={() => void step()}>
            Step in
          </Button>
        )
      }
    >
      {view.settings.show_monitors ? (
        <>
          <strong>You are watching.</strong> Everybody here can see that you do.
        </>
      ) : (
        <>
          <strong>You are watching unseen.</strong> The visitor and guests are not told; colleagues are.
        </>
      )}{" "}
      Nothing of you is seen or heard{mayStepIn ? " until you step in." : "."}
    </Banner>
  );
}
