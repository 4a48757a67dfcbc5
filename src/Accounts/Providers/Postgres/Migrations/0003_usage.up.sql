-- What users and folders have in use. Whoever changes what is used or reserved of a scope holds the lock of its row; several are locked in the order of their names.
CREATE TABLE IF NOT EXISTS {usage_scopes} (
    scope          TEXT   COLLATE "C" PRIMARY KEY,
    files          BIGINT NOT NULL,
    bytes          BIGINT NOT NULL,
    uploaded       BIGINT NOT NULL,
    downloaded     BIGINT NOT NULL,
    scanned_at     BIGINT,
    transfer_since BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS {usage_reservations} (
    scope      TEXT     COLLATE "C" NOT NULL,
    node       TEXT     COLLATE "C" NOT NULL,
    epoch      TEXT     COLLATE "C" NOT NULL,
    purpose    SMALLINT NOT NULL,
    files      BIGINT   NOT NULL,
    bytes      BIGINT   NOT NULL,
    uploaded   BIGINT   NOT NULL,
    downloaded BIGINT   NOT NULL,
    PRIMARY KEY (scope, node, epoch)
);

CREATE INDEX IF NOT EXISTS {usage_reservations_by_run} ON {usage_reservations} (node, epoch, scope);

-- Runs of nodes; the number orders those of a node. One that was ended is told no more.
CREATE TABLE IF NOT EXISTS {usage_runs} (
    node     TEXT   COLLATE "C" NOT NULL,
    epoch    TEXT   COLLATE "C" NOT NULL,
    number   BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (node, epoch)
);
