import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./Button";
import { useToast } from "./Toasts";

const SHOWN_MS = 2_000;

/** Puts text on the clipboard and says so in its own label. */
export function CopyButton({
  text,
  label = "Copy",
  size = "sm",
}: {
  text: string;
  label?: string;
  size?: "sm" | "md";
}) {
  const say = useToast();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  return (
    <Button
      size={size}
      icon={copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
      onClick={() => {
        // Missing without TLS, except on localhost.
        const writing = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
        writing.then(
          () => setCopied(true),
          () => say("The browser did not allow copying. Select the text and copy it yourself.", "problem"),
        );
      }}
    >
      <span aria-live="polite">{copied ? "Copied" : label}</span>
    </Button>
  );
}
