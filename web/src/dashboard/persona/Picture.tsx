import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ImageUp } from "lucide-react";
import { useRef, useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import { type Persona, pictureUrl, putPicture } from "../../api/rest/personas";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { useToast } from "../../ui/Toasts";
import styles from "./Persona.module.css";
import { preparePicture } from "./picture-file";

export function Picture({ persona }: { persona: Persona }) {
  const queries = useQueryClient();
  const say = useToast();
  const input = useRef<HTMLInputElement>(null);
  // The address may stay the same: a number of our own makes the browser fetch the new one.
  const [fresh, setFresh] = useState<number | null>(null);
  const putting = useMutation({
    mutationFn: async (file: File) => putPicture(persona.id, await preparePicture(file)),
    onSuccess: () => {
      setFresh(Date.now());
      void queries.invalidateQueries({ queryKey: ["personas"] });
      say("The new picture is shown everywhere.");
    },
    onError: (error) => say(sentenceOf(error), "problem"),
  });
  const shown = fresh === null ? persona.picture : pictureUrl(persona.id, fresh);

  return (
    <div className={styles.picture}>
      <Avatar name={persona.name} picture={shown} kind="ai" size="xl" />
      <div className={styles.pictureWords}>
        <Button icon={<ImageUp aria-hidden="true" />} busy={putting.isPending} onClick={() => input.current?.click()}>
          {persona.picture || fresh ? "Replace the picture" : "Choose a picture"}
        </Button>
        <p className={styles.hint}>PNG, JPEG or WebP. It is cut square and made small here, before it is sent.</p>
        <input
          ref={input}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          hidden
          aria-label="Picture file"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = "";
            if (file) putting.mutate(file);
          }}
        />
      </div>
    </div>
  );
}
