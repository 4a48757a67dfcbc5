CREATE TABLE IF NOT EXISTS {ephemeral} (
    name       TEXT   COLLATE "C" PRIMARY KEY,
    value      BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS {ephemeral_by_end} ON {ephemeral} (expires_at);
