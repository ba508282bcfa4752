import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import { changeUser, type User } from "../../api/rest/users";
import { FormProblem } from "../../sign-in/SignInFrame";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { RoleChoice } from "./RoleChoice";

export function RolesDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const queries = useQueryClient();
  const [roles, setRoles] = useState(user.roles);
  const saving = useMutation({
    mutationFn: () => changeUser(user.id, { roles }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["users"] });
      void queries.invalidateQueries({ queryKey: ["session"] });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Roles of ${user.name}`}
      actions={
        <Button variant="primary" busy={saving.isPending} disabled={roles.length === 0} onClick={() => saving.mutate()}>
          Save
        </Button>
      }
    >
      <RoleChoice roles={roles} onChange={setRoles} />
      <FormProblem message={saving.isError ? sentenceOf(saving.error) : undefined} />
    </Dialog>
  );
}
