import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/Button";
import { Skeleton } from "../../ui/Skeleton";
import { Empty } from "../../ui/States";
import { usersQuery } from "../queries";
import { hasRole, useMe } from "../shell/me";
import { Page, Refused } from "../shell/Page";
import { InviteDialog } from "./InviteDialog";
import styles from "./People.module.css";
import { PersonRow } from "./PersonRow";

export function PeoplePage() {
  const me = useMe();
  const admin = hasRole(me, "admin");
  const users = useQuery({ ...usersQuery, enabled: admin });
  const [inviting, setInviting] = useState(false);

  if (!admin) {
    return (
      <Page title="People">
        <Empty title="For admins">Ask an admin of {me.workspace.name} to invite somebody or to change roles.</Empty>
      </Page>
    );
  }
  return (
    <Page
      title="People"
      lead={`Who can sign in to ${me.workspace.name}.`}
      actions={
        <Button variant="primary" icon={<UserPlus aria-hidden="true" />} onClick={() => setInviting(true)}>
          Invite somebody
        </Button>
      }
    >
      {users.isPending && <Skeleton label="Loading people" rows={3} height="4rem" />}
      {users.isError && !users.data && <Refused what="The people" error={users.error} retry={users.refetch} />}
      {users.data && (
        <ul className={styles.list}>
          {users.data.map((user) => (
            <PersonRow key={user.id} user={user} self={user.id === me.user.id} />
          ))}
        </ul>
      )}
      <InviteDialog open={inviting} onOpenChange={setInviting} />
    </Page>
  );
}
