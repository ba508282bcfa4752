import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useForm } from "react-hook-form";
import { signIn } from "../api/rest/session";
import { sessionQuery, setupQuery } from "../dashboard/queries";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { emailRules, showProblem } from "./forms";
import { leaveFor } from "./leave";
import { safeNext } from "./next";
import { FormNote, FormProblem, SignInFrame } from "./SignInFrame";

interface Typed {
  email: string;
  password: string;
}

/** Why somebody lands here with a target in hand. */
function leadFor(next: string): string {
  if (next.startsWith("/c/")) return "Sign in to ask to join this conversation. Signing in does not knock.";
  return "Your personas, conversations and handoffs are behind this door.";
}

export function SignInPage() {
  const next = safeNext(useSearch({ from: "/sign-in" }).next);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const setup = useQuery(setupQuery);
  const form = useForm<Typed>({ defaultValues: { email: "", password: "" } });
  const { errors } = form.formState;

  // Signed in already, in another tab perhaps: nothing to ask.
  const signedIn = useQuery(sessionQuery).data;
  useEffect(() => {
    if (signedIn) leaveFor(next, (to) => navigate({ href: to, replace: true }));
  }, [signedIn, next, navigate]);

  useEffect(() => {
    if (setup.data?.needed) void navigate({ to: "/setup", replace: true });
  }, [setup.data, navigate]);

  const signingIn = useMutation({
    mutationFn: ({ email, password }: Typed) => signIn({ email: email.trim(), password }),
    onSuccess: (me) => {
      // What somebody else may have left behind in this tab.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
      queries.setQueryData(sessionQuery.queryKey, me);
    },
    onError: (error) => showProblem<Typed>(error, ["email"], form.setError),
  });

  return (
    <SignInFrame title="Sign in" lead={leadFor(next)}>
      <form noValidate onSubmit={form.handleSubmit((typed) => signingIn.mutate(typed))}>
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          error={errors.email?.message}
          {...form.register("email", emailRules)}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          error={errors.password?.message}
          {...form.register("password", { required: "Enter your password." })}
        />
        <FormProblem message={errors.root?.message} />
        <Button type="submit" variant="primary" block busy={signingIn.isPending}>
          Sign in
        </Button>
      </form>
      <FormNote>
        <Link to="/reset">Forgot your password?</Link>
      </FormNote>
    </SignInFrame>
  );
}
