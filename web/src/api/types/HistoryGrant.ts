export type HistoryGrant = "all" | "from_join";
