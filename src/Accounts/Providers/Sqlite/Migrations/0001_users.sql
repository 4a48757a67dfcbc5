-- Key columns are what is searched and what an operator may change by hand; the document holds the rest.
CREATE TABLE users (
    id         INTEGER PRIMARY KEY,
    user_name  TEXT    NOT NULL UNIQUE,
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    expires_at INTEGER,                -- milliseconds since 1970-01-01T00:00:00Z
    version    INTEGER NOT NULL CHECK (version >= 1),
    document   TEXT    NOT NULL
);
