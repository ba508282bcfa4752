import type { UserId } from "./UserId";

export type UserRef = { user_id: UserId, name: string };
