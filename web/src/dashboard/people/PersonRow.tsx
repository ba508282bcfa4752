import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, ShieldCheck, UserCheck, UserX } from "lucide-react";
import { useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import { changeUser, type User } from "../../api/rest/users";
import { Avatar } from "../../ui/Avatar";
import { Badge } from "../../ui/Badge";
import { IconButton } from "../../ui/Button";
import { useConfirm } from "../../ui/Confirm";
import { Menu, MenuItem } from "../../ui/Menu";
import { useToast } from "../../ui/Toasts";
import { usersQuery } from "../queries";
import styles from "./People.module.css";
import { RolesDialog } from "./RolesDialog";
import { roleName } from "./roles";

export function PersonRow({ user, self }: { user: User; self: boolean }) {
  const queries = useQueryClient();
  const confirm = useConfirm();
  const say = useToast();
  const [choosing, setChoosing] = useState(false);
  const { queryKey } = usersQuery;

  const switching = useMutation({
    mutationFn: (disabled: boolean) => changeUser(user.id, { disabled }),
    onMutate: async (disabled) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (page) =>
        page ? { users: page.users.map((other) => (other.id === user.id ? { ...other, disabled } : other)) } : page,
      );
      return { before };
    },
    onError: (error, _, context) => {
      if (context?.before) queries.setQueryData(queryKey, context.before);
      say(sentenceOf(error), "problem");
    },
    onSettled: () => void queries.invalidateQueries({ queryKey }),
  });

  return (
    <li className={styles.row} data-disabled={user.disabled || undefined}>
      <Avatar name={user.name} kind="person" />
      <div className={styles.words}>
        <p className={styles.name}>
          {user.name}
          {self && <span className={styles.meta}> (you)</span>}
        </p>
        <p className={styles.meta}>{user.email}</p>
      </div>
      <div className={styles.badges}>
        {user.disabled && <Badge tone="danger">Disabled</Badge>}
        {user.roles.map((role) => (
          <Badge key={role} tone={role === "admin" ? "accent" : "neutral"}>
            {roleName(role)}
          </Badge>
        ))}
      </div>
      <Menu
        trigger={
          <IconButton label={`Actions for ${user.name}`} size="sm">
            <Ellipsis aria-hidden="true" />
          </IconButton>
        }
      >
        <MenuItem icon={<ShieldCheck aria-hidden="true" />} onSelect={() => setChoosing(true)}>
          Change roles
        </MenuItem>
        {user.disabled ? (
          <MenuItem icon={<UserCheck aria-hidden="true" />} onSelect={() => switching.mutate(false)}>
            Let sign in again
          </MenuItem>
        ) : (
          !self && (
            <MenuItem
              danger
              icon={<UserX aria-hidden="true" />}
              onSelect={async () => {
                const sure = await confirm({
                  title: `Disable ${user.name}?`,
                  description:
                    "They are signed out everywhere and cannot sign in. Their personas stay: give them another owner, so that handoffs reach somebody.",
                  confirm: "Disable",
                  danger: true,
                });
                if (sure) switching.mutate(true);
              }}
            >
              Disable…
            </MenuItem>
          )
        )}
      </Menu>
      {choosing && <RolesDialog user={user} onClose={() => setChoosing(false)} />}
    </li>
  );
}
