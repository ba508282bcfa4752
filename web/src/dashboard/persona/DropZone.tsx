import { type ReactNode, useRef, useState } from "react";
import { Button } from "../../ui/Button";
import styles from "./Knowledge.module.css";

interface DropZoneProps {
  onFiles: (files: File[]) => void;
  accept: string;
  icon: ReactNode;
}

export function DropZone({ onFiles, accept, icon }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  // Entering a child fires before leaving the parent: only the balance tells.
  const [inside, setInside] = useState(0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra way; the button inside is for everybody
    <div
      className={styles.drop}
      data-over={inside > 0 || undefined}
      onDragEnter={() => setInside((count) => count + 1)}
      onDragLeave={() => setInside((count) => Math.max(0, count - 1))}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        setInside(0);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <span className={styles.dropIcon} aria-hidden="true">
        {icon}
      </span>
      <p>
        <strong>Drop files here</strong>
        <span className={styles.hint}>
          {" "}
          PDF, HTML, Markdown or text, or CSV with the columns “question” and “answer”, up to 60 MB each
        </span>
      </p>
      <Button size="sm" onClick={() => input.current?.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={accept}
        aria-label="Source files"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </div>
  );
}
