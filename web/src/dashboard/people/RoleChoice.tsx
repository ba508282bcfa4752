import type { UserRole } from "../../api/rest/session";
import { Checkbox } from "../../ui/Checkbox";
import styles from "./People.module.css";
import { ROLES } from "./roles";

export function RoleChoice({ roles, onChange }: { roles: readonly UserRole[]; onChange: (roles: UserRole[]) => void }) {
  return (
    <fieldset className={styles.roles}>
      <legend>Roles</legend>
      {ROLES.map(({ role, label, what }) => (
        <Checkbox
          key={role}
          label={label}
          hint={what}
          checked={roles.includes(role)}
          onCheckedChange={(on) => onChange(on ? [...roles, role] : roles.filter((other) => other !== role))}
        />
      ))}
    </fieldset>
  );
}
