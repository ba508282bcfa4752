import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import { type Me, signIn } from "../../api/rest/session";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { sessionQuery } from "../queries";

/** Over the page, so that nothing typed into it is lost. */
export function SignInAgain({ me }: { me: Me }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const signingIn = useMutation({
    mutationFn: () => signIn({ email: me.user.email, password }),
    onSuccess: (fresh) => {
      queries.setQueryData(sessionQuery.queryKey, fresh);
      void queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && void navigate({ to: "/sign-in" })}
      title="You were signed out"
      description={`Sign in again as ${me.user.email}. What you typed on this page is still there.`}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signingIn.mutate();
        }}
        style={{ display: "contents" }}
      >
        <input type="email" autoComplete="username" value={me.user.email} readOnly hidden />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={signingIn.isError ? sentenceOf(signingIn.error) : undefined}
        />
        <Button type="submit" variant="primary" busy={signingIn.isPending}>
          Sign in
        </Button>
      </form>
    </Dialog>
  );
}
