/** The people of the workspace. */
import { request, segment } from "./http";
import type { UserRole } from "./session";

export interface User {
  id: string;
  name: string;
  email: string;
  roles: UserRole[];
  disabled: boolean;
}

export const listUsers = (signal?: AbortSignal) => request<{ users: User[] }>("GET", "/users", { signal });

/** `link` comes back only where no SMTP server is configured: then somebody has to carry it over. */
export const inviteUser = (json: { email: string; roles: UserRole[] }) =>
  request<{ link?: string | null }>("POST", "/workspace-invitations", { json });

export const changeUser = (id: string, json: { roles?: UserRole[]; disabled?: boolean }) =>
  request<User>("PATCH", `/users/${segment(id)}`, { json });
