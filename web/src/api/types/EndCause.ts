export type EndCause = "ended_by_someone" | "nobody_spoke";
