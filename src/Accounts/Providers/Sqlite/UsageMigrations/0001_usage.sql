-- What is in use, as it was settled; used and reserved together stay within the limits (UsageRules).
CREATE TABLE usage_scopes (
    scope          TEXT    NOT NULL PRIMARY KEY,
    files          INTEGER NOT NULL CHECK (files >= 0),
    bytes          INTEGER NOT NULL CHECK (bytes >= 0),
    uploaded       INTEGER NOT NULL CHECK (uploaded >= 0),
    downloaded     INTEGER NOT NULL CHECK (downloaded >= 0),
    scanned_at     INTEGER,            -- milliseconds since 1970-01-01T00:00:00Z
    transfer_since INTEGER NOT NULL    -- milliseconds since 1970-01-01T00:00:00Z
) WITHOUT ROWID;

-- What a run of a node holds. A row of an earlier run is what a crash left.
CREATE TABLE usage_reservations (
    scope      TEXT    NOT NULL,
    node       TEXT    NOT NULL,
    epoch      TEXT    NOT NULL,
    use        INTEGER NOT NULL CHECK (use IN (1, 2)), -- 1 counts what is moved, 2 changes files too
    files      INTEGER NOT NULL CHECK (files >= 0),
    bytes      INTEGER NOT NULL CHECK (bytes >= 0),
    uploaded   INTEGER NOT NULL CHECK (uploaded >= 0),
    downloaded INTEGER NOT NULL CHECK (downloaded >= 0),
    PRIMARY KEY (scope, node, epoch)
) WITHOUT ROWID;

CREATE INDEX usage_reservations_of_node ON usage_reservations (node, epoch);

-- Runs of a node in the order of their starts, the last 1,000: their temporaries are the node's own.
CREATE TABLE usage_epochs (
    node   TEXT    NOT NULL,
    epoch  TEXT    NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (node, epoch)
) WITHOUT ROWID;

-- The last statement of a run that was taken.
CREATE TABLE usage_nodes (
    node     TEXT    NOT NULL,
    epoch    TEXT    NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (node, epoch)
) WITHOUT ROWID;
