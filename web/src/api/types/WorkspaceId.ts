export type WorkspaceId = string;
