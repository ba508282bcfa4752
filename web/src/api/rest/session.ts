/** Signing in and out, the first run, password resets and invitations to the workspace. */
import { Problem, request } from "./http";

export type UserRole = "admin" | "owner" | "agent" | "supervisor";

export interface Me {
  user: { id: string; name: string; email: string; roles: UserRole[] };
  workspace: { id: string; name: string };
}

/** The user who is signed in, or null. */
export async function getSession(signal?: AbortSignal): Promise<Me | null> {
  try {
    return await request<Me>("GET", "/session", { signal });
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export const signIn = (json: { email: string; password: string }) => request<Me>("POST", "/session", { json });

export const signOut = () => request<void>("DELETE", "/session");

export const getSetup = (signal?: AbortSignal) => request<{ needed: boolean }>("GET", "/setup", { signal });

export interface FirstAdmin {
  workspace_name: string;
  name: string;
  email: string;
  password: string;
}

export const setUp = (json: FirstAdmin) => request<Me>("POST", "/setup", { json });

export const askPasswordReset = (email: string) => request<void>("POST", "/password-resets", { json: { email } });

export const redeemPasswordReset = (json: { token: string; password: string }) =>
  request<void>("POST", "/password-resets/redeem", { json });

export interface WorkspaceInvitation {
  workspace_name: string;
  email: string;
}

/** Looks at an invitation without redeeming it. */
export const peekWorkspaceInvitation = (token: string, signal?: AbortSignal) =>
  request<WorkspaceInvitation>("POST", "/workspace-invitations/peek", { json: { token }, signal });

export const redeemWorkspaceInvitation = (json: { token: string; name: string; password: string }) =>
  request<Me>("POST", "/workspace-invitations/redeem", { json });
