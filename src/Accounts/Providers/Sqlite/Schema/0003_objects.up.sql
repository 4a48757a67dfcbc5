-- One row for the whole database. The stamp is raised in the transaction that changes an object; removals up to known_since are forgotten.
CREATE TABLE meta (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    stamp       INTEGER NOT NULL,
    known_since INTEGER NOT NULL
);

-- The last number that was given to an object of a kind (ObjectKind).
CREATE TABLE object_ids (
    kind INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
);

-- All objects. The index behind the unique names has all that finding a page takes: rows are read for the page alone.
CREATE TABLE objects (
    kind     INTEGER NOT NULL,
    name     TEXT    NOT NULL COLLATE BINARY,
    id       INTEGER NOT NULL,
    version  INTEGER NOT NULL CHECK (version >= 1),
    stamp    INTEGER NOT NULL,
    role     TEXT    NOT NULL COLLATE BINARY,
    document TEXT    NOT NULL,           -- JSON
    UNIQUE (kind, name),
    UNIQUE (kind, id)
);

CREATE INDEX objects_by_role ON objects (kind, role, name);
CREATE INDEX objects_by_stamp ON objects (stamp, kind, name);

-- Who refers to what. Held up when the transaction ends.
CREATE TABLE object_references (
    from_kind INTEGER NOT NULL,
    from_name TEXT    NOT NULL COLLATE BINARY,
    to_kind   INTEGER NOT NULL,
    to_name   TEXT    NOT NULL COLLATE BINARY,
    PRIMARY KEY (from_kind, from_name, to_kind, to_name),
    FOREIGN KEY (from_kind, from_name) REFERENCES objects (kind, name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (to_kind, to_name) REFERENCES objects (kind, name) DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID;

CREATE INDEX object_references_by_target ON object_references (to_kind, to_name, from_kind, from_name);

-- Removed objects that have not come back, for those who follow the changes.
CREATE TABLE object_removals (
    kind       INTEGER NOT NULL,
    name       TEXT    NOT NULL COLLATE BINARY,
    stamp      INTEGER NOT NULL,
    removed_at INTEGER NOT NULL,         -- milliseconds since 1970-01-01T00:00:00Z
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;

CREATE INDEX object_removals_by_stamp ON object_removals (stamp);
CREATE INDEX object_removals_by_time ON object_removals (removed_at);

-- Numbers about objects (ActivityField).
CREATE TABLE object_activity (
    kind  INTEGER NOT NULL,
    name  TEXT    NOT NULL COLLATE BINARY,
    field INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (kind, name, field),
    FOREIGN KEY (kind, name) REFERENCES objects (kind, name) ON DELETE CASCADE
) WITHOUT ROWID;

-- Tokens, codes and marks.
CREATE TABLE ephemeral (
    name       TEXT    NOT NULL PRIMARY KEY COLLATE BINARY,
    expires_at INTEGER NOT NULL,         -- milliseconds since 1970-01-01T00:00:00Z
    value      BLOB    NOT NULL
) WITHOUT ROWID;

CREATE INDEX ephemeral_by_end ON ephemeral (expires_at);
