import type { Timestamp } from "./Timestamp";
import type { UserId } from "./UserId";

export type Notified = { user_id: UserId, name: string, told_at: Timestamp | null, opened_at: Timestamp | null, withdrawn: boolean };
