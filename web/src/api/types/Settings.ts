export type Settings = { in_call_users: boolean, disable_video: boolean, show_monitors: boolean, confidence_threshold: number, handoff_topics: Array<string> };
