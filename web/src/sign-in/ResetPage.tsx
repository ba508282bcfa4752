import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import { askPasswordReset, redeemPasswordReset } from "../api/rest/session";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { emailRules, passwordRules, SHORTEST_PASSWORD, showProblem } from "./forms";
import { FormNote, FormProblem, SignInFrame } from "./SignInFrame";

/** Without a token one is asked for; with one, from the mail, the new password is chosen. */
export function ResetPage() {
  const token = useLocation({ select: (location) => location.hash }).replace(/^#/, "");
  return token ? <Redeem token={token} /> : <Ask />;
}

function Ask() {
  const form = useForm({ defaultValues: { email: "" } });
  const asking = useMutation({
    mutationFn: ({ email }: { email: string }) => askPasswordReset(email.trim()),
    onError: (error) => showProblem<{ email: string }>(error, ["email"], form.setError),
  });

  if (asking.isSuccess) {
    return (
      <SignInFrame
        title="Look into your mail"
        lead={`If ${form.getValues("email").trim()} has an account here, a link to choose a new password is on its way. It works for one hour, once.`}
      >
        <FormNote>
          No mail? On a server without SMTP an admin finds it under Mailbox. <Link to="/sign-in">Back to sign in</Link>
        </FormNote>
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title="Forgot your password?" lead="We mail you a link to choose a new one.">
      <form noValidate onSubmit={form.handleSubmit((typed) => asking.mutate(typed))}>
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          error={form.formState.errors.email?.message}
          {...form.register("email", emailRules)}
        />
        <FormProblem message={form.formState.errors.root?.message} />
        <Button type="submit" variant="primary" block busy={asking.isPending}>
          Send the link
        </Button>
      </form>
      <FormNote>
        <Link to="/sign-in">Back to sign in</Link>
      </FormNote>
    </SignInFrame>
  );
}

function Redeem({ token }: { token: string }) {
  const form = useForm({ defaultValues: { password: "" } });
  const redeeming = useMutation({
    mutationFn: ({ password }: { password: string }) => redeemPasswordReset({ token, password }),
    onError: (error) => showProblem<{ password: string }>(error, ["password"], form.setError),
  });

  if (redeeming.isSuccess) {
    return (
      <SignInFrame title="Password changed" lead="You were signed out everywhere. Sign in with the new password.">
        <Link to="/sign-in">Sign in</Link>
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title="Choose a new password" lead="It replaces the old one and signs you out everywhere.">
      <form noValidate onSubmit={form.handleSubmit((typed) => redeeming.mutate(typed))}>
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          autoFocus
          hint={`At least ${SHORTEST_PASSWORD} characters.`}
          error={form.formState.errors.password?.message}
          {...form.register("password", passwordRules)}
        />
        <FormProblem message={form.formState.errors.root?.message} />
        <Button type="submit" variant="primary" block busy={redeeming.isPending}>
          Change the password
        </Button>
      </form>
      <FormNote>
        Link too old? <Link to="/reset">Ask for another one</Link>
      </FormNote>
    </SignInFrame>
  );
}
