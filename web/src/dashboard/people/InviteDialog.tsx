import { useMutation } from "@tanstack/react-query";
import { MailCheck } from "lucide-react";
import { Controller, useForm } from "react-hook-form";
import type { UserRole } from "../../api/rest/session";
import { inviteUser } from "../../api/rest/users";
import { emailRules, showProblem } from "../../sign-in/forms";
import { FormProblem } from "../../sign-in/SignInFrame";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import styles from "./People.module.css";
import { RoleChoice } from "./RoleChoice";

interface Typed {
  email: string;
  roles: UserRole[];
}

export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const form = useForm<Typed>({ defaultValues: { email: "", roles: ["owner"] } });
  const { errors } = form.formState;
  const inviting = useMutation({
    mutationFn: ({ email, roles }: Typed) => inviteUser({ email: email.trim(), roles }),
    onError: (error) => showProblem<Typed>(error, ["email", "roles"], form.setError),
  });
  const again = () => {
    inviting.reset();
    form.reset();
  };

  if (inviting.isSuccess) {
    const { link } = inviting.data;
    const email = form.getValues("email").trim();
    return (
      <Dialog
        open={open}
        onOpenChange={(next) => {
          onOpenChange(next);
          if (!next) again();
        }}
        title={link ? "Pass this link on" : "The invitation is on its way"}
        description={
          link
            ? `No SMTP server is configured, so nothing was mailed to ${email}. Whoever opens the link joins as this address; it works once, for seven days.`
            : `${email} gets a link that works once, for seven days.`
        }
        actions={
          <>
            <Button variant="quiet" onClick={again}>
              Invite another
            </Button>
            {link && <CopyButton text={link} label="Copy the link" size="md" />}
          </>
        }
      >
        {link ? (
          <p className={styles.link}>{link}</p>
        ) : (
          <span className={styles.sent} aria-hidden="true">
            <MailCheck />
          </span>
        )}
      </Dialog>
    );
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Invite somebody"
      description="They choose their own name and password."
      actions={
        <>
          <Button variant="quiet" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form="invite" busy={inviting.isPending}>
            Invite
          </Button>
        </>
      }
    >
      <form
        id="invite"
        noValidate
        className={styles.form}
        onSubmit={form.handleSubmit((typed) => inviting.mutate(typed))}
      >
        <TextField
          label="E-mail"
          type="email"
          autoComplete="off"
          error={errors.email?.message}
          {...form.register("email", emailRules)}
        />
        <Controller
          control={form.control}
          name="roles"
          rules={{ validate: (roles) => roles.length > 0 || "Choose at least one role." }}
          render={({ field }) => <RoleChoice roles={field.value} onChange={field.onChange} />}
        />
        <FormProblem message={errors.roles?.message ?? errors.root?.message} />
      </form>
    </Dialog>
  );
}
