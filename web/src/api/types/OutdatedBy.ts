export type OutdatedBy = "someone_else_spoke" | "owner_joined" | "told_to_stop" | "question_retracted" | "asker_added" | "asker_gone" | "conversation_ended" | "failed";
