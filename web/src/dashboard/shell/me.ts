import { createContext, useContext } from "react";
import type { Me, UserRole } from "../../api/rest/session";

export const MeContext = createContext<Me | null>(null);

/** The user who is signed in. Only inside of the shell. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("useMe is for pages inside of the dashboard's shell");
  return me;
}

export const hasRole = (me: Me, ...roles: UserRole[]): boolean => me.user.roles.some((role) => roles.includes(role));
