import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import { Problem, sentenceOf } from "../api/rest/http";
import { peekWorkspaceInvitation, redeemWorkspaceInvitation } from "../api/rest/session";
import { sessionQuery } from "../dashboard/queries";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { Spinner } from "../ui/States";
import { passwordRules, SHORTEST_PASSWORD, showProblem } from "./forms";
import { FormNote, FormProblem, SignInFrame } from "./SignInFrame";

interface Typed {
  name: string;
  password: string;
}

/** An invitation to the workspace. Opening it looks; only the button redeems it, because mail scanners open links. */
export function InvitePage() {
  // After the #, so that it stays out of every log.
  const token = useLocation({ select: (location) => location.hash }).replace(/^#/, "");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const invitation = useQuery({
    queryKey: ["workspace-invitation", token],
    queryFn: ({ signal }) => peekWorkspaceInvitation(token, signal),
    retry: (failures, error) => failures < 2 && error instanceof Problem && error.unreachable,
  });
  const form = useForm<Typed>({ defaultValues: { name: "", password: "" } });
  const { errors } = form.formState;
  const redeeming = useMutation({
    mutationFn: (typed: Typed) => redeemWorkspaceInvitation({ token, ...typed }),
    onSuccess: (me) => {
      // What somebody else may have left behind in this tab.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
      queries.setQueryData(sessionQuery.queryKey, me);
      void navigate({ to: "/dashboard/personas", replace: true });
    },
    onError: (error) => showProblem<Typed>(error, ["name", "password"], form.setError),
  });

  if (invitation.isPending) {
    return (
      <SignInFrame title="Your invitation">
        <Spinner />
      </SignInFrame>
    );
  }
  if (invitation.isError) {
    const gone = invitation.error instanceof Problem && [404, 410, 422].includes(invitation.error.status);
    return (
      <SignInFrame
        title={gone ? "This invitation is not valid any more" : "The invitation could not be looked up"}
        lead={
          gone
            ? "It was used, taken back or is too old. Ask whoever invited you for a new one."
            : sentenceOf(invitation.error)
        }
      >
        {gone ? (
          <Link to="/sign-in">Have an account? Sign in</Link>
        ) : (
          <Button onClick={() => invitation.refetch()}>Try again</Button>
        )}
      </SignInFrame>
    );
  }
  return (
    <SignInFrame
      title={`Join ${invitation.data.workspace_name}`}
      lead={
        <>
          You were invited as <strong>{invitation.data.email}</strong>.
        </>
      }
    >
      <form noValidate onSubmit={form.handleSubmit((typed) => redeeming.mutate(typed))}>
        <input type="email" autoComplete="username" value={invitation.data.email} readOnly hidden />
        <TextField
          label="Your name"
          autoComplete="name"
          hint="Visitors see it when you join a conversation."
          autoFocus
          error={errors.name?.message}
          {...form.register("name", { required: "Enter your name.", maxLength: 80 })}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          hint={`At least ${SHORTEST_PASSWORD} characters.`}
          error={errors.password?.message}
          {...form.register("password", passwordRules)}
        />
        <FormProblem message={errors.root?.message} />
        <Button type="submit" variant="primary" block busy={redeeming.isPending}>
          Join the workspace
        </Button>
      </form>
      <FormNote>
        Have an account already? <Link to="/sign-in">Sign in</Link>
      </FormNote>
    </SignInFrame>
  );
}
