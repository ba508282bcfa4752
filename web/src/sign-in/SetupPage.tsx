import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import { sentenceOf } from "../api/rest/http";
import { type FirstAdmin, setUp } from "../api/rest/session";
import { sessionQuery, setupQuery } from "../dashboard/queries";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { Spinner } from "../ui/States";
import { emailRules, passwordRules, SHORTEST_PASSWORD, showProblem } from "./forms";
import { FormNote, FormProblem, SignInFrame } from "./SignInFrame";

export function SetupPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const setup = useQuery(setupQuery);
  const form = useForm<FirstAdmin>({ defaultValues: { workspace_name: "", name: "", email: "", password: "" } });
  const { errors } = form.formState;

  const settingUp = useMutation({
    mutationFn: (typed: FirstAdmin) => setUp({ ...typed, email: typed.email.trim() }),
    onSuccess: (me) => {
      queries.setQueryData(sessionQuery.queryKey, me);
      queries.setQueryData(setupQuery.queryKey, { needed: false });
      void navigate({ to: "/dashboard/personas", replace: true });
    },
    onError: (error) => showProblem<FirstAdmin>(error, ["workspace_name", "name", "email", "password"], form.setError),
  });

  if (setup.isPending) {
    return (
      <SignInFrame title="Welcome">
        <Spinner />
      </SignInFrame>
    );
  }
  if (setup.isError) {
    return (
      <SignInFrame title="Welcome">
        <FormProblem message={sentenceOf(setup.error)} />
        <Button onClick={() => setup.refetch()}>Try again</Button>
      </SignInFrame>
    );
  }
  if (!setup.data.needed && !settingUp.isSuccess) {
    return (
      <SignInFrame title="Already set up" lead="This server has its first admin. Sign in, or ask them to invite you.">
        <Link to="/sign-in">Go to sign in</Link>
      </SignInFrame>
    );
  }
  return (
    <SignInFrame
      title="Welcome to Trialogue"
      lead="This server is new. Name the workspace and make its first admin; you can invite the others later."
    >
      <form noValidate onSubmit={form.handleSubmit((typed) => settingUp.mutate(typed))}>
        <TextField
          label="Workspace"
          placeholder="Acme Support"
          autoComplete="organization"
          autoFocus
          error={errors.workspace_name?.message}
          {...form.register("workspace_name", { required: "Give the workspace a name.", maxLength: 80 })}
        />
        <TextField
          label="Your name"
          autoComplete="name"
          error={errors.name?.message}
          {...form.register("name", { required: "Enter your name. Visitors see it when you join.", maxLength: 80 })}
        />
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          error={errors.email?.message}
          {...form.register("email", emailRules)}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          hint={`At least ${SHORTEST_PASSWORD} characters. A few unrelated words are good.`}
          error={errors.password?.message}
          {...form.register("password", passwordRules)}
        />
        <FormProblem message={errors.root?.message} />
        <Button type="submit" variant="primary" block busy={settingUp.isPending}>
          Set up the workspace
        </Button>
      </form>
      <FormNote>Everything stays on this server. Nothing is sent anywhere unless you configure it.</FormNote>
    </SignInFrame>
  );
}
