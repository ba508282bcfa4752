-- The log of every conversation, the summary rows that lists read, and the effects that events cause.

CREATE TABLE conversations (
    id BLOB PRIMARY KEY,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    persona_id BLOB NOT NULL,
    visitor_id BLOB NOT NULL,
    last_seq INTEGER NOT NULL,
    open INTEGER NOT NULL,
    needs_attention INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    next_wake INTEGER,
    summary TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_by_last ON conversations (workspace_id, last_at, id);
CREATE INDEX conversations_by_visitor ON conversations (visitor_id);
CREATE INDEX conversations_by_persona ON conversations (persona_id, open);
CREATE INDEX conversations_by_attention ON conversations (workspace_id) WHERE needs_attention = 1;
CREATE INDEX conversations_by_wake ON conversations (next_wake) WHERE next_wake IS NOT NULL;

-- Clustered by conversation: appending touches one page however long the log is, reading back is one scan.
CREATE TABLE events (
    conversation_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    v INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;

-- Users who find a conversation in their list without owning its persona.
CREATE TABLE conversation_readers (
    user_id BLOB NOT NULL REFERENCES users (id),
    conversation_id BLOB NOT NULL,
    PRIMARY KEY (user_id, conversation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE handoffs (
    conversation_id BLOB NOT NULL,
    handoff_id INTEGER NOT NULL,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    persona_id BLOB NOT NULL,
    assignee_id BLOB,
    open INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (conversation_id, handoff_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX handoffs_by_workspace ON handoffs (workspace_id, open, raised_at);

-- `attempt` counts the leases ever given: a worker holds an effect as long as its own number is the newest.
CREATE TABLE effects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    conversation_id BLOB,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    worker TEXT,
    error TEXT,
    finished_at INTEGER,
    UNIQUE (workspace_id, key)
) STRICT;
-- Waiting effects are due when their time comes, leased ones when their lease runs out: `due_at` says both.
CREATE INDEX effects_by_due ON effects (due_at) WHERE state IN ('waiting', 'leased');
CREATE INDEX effects_finished ON effects (finished_at) WHERE finished_at IS NOT NULL;
