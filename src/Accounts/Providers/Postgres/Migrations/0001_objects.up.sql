-- Names are compared byte by byte. All statements may be repeated: CockroachDB does not take schema changes back.
CREATE TABLE IF NOT EXISTS {objects} (
    kind     SMALLINT           NOT NULL,
    name     TEXT   COLLATE "C" NOT NULL,
    id       BIGINT             NOT NULL,
    version  BIGINT             NOT NULL CHECK (version >= 1),
    stamp    BIGINT             NOT NULL,
    role     TEXT   COLLATE "C" NOT NULL,
    document BYTEA              NOT NULL,
    PRIMARY KEY (kind, name)
);

-- The next page by role, and the change feed.
CREATE INDEX IF NOT EXISTS {objects_by_role} ON {objects} (kind, role, name);
CREATE INDEX IF NOT EXISTS {objects_by_stamp} ON {objects} (stamp);

CREATE TABLE IF NOT EXISTS {object_references} (
    from_kind SMALLINT           NOT NULL,
    from_name TEXT   COLLATE "C" NOT NULL,
    to_kind   SMALLINT           NOT NULL,
    to_name   TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (from_kind, from_name, to_kind, to_name),
    FOREIGN KEY (from_kind, from_name) REFERENCES {objects} (kind, name),
    FOREIGN KEY (to_kind, to_name) REFERENCES {objects} (kind, name)
);

CREATE INDEX IF NOT EXISTS {object_references_by_target} ON {object_references} (to_kind, to_name, from_kind, from_name);

CREATE TABLE IF NOT EXISTS {activity} (
    kind  SMALLINT           NOT NULL,
    name  TEXT   COLLATE "C" NOT NULL,
    field SMALLINT           NOT NULL,
    value BIGINT             NOT NULL,
    PRIMARY KEY (kind, name, field),
    FOREIGN KEY (kind, name) REFERENCES {objects} (kind, name) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS {deletions} (
    kind       SMALLINT           NOT NULL,
    name       TEXT   COLLATE "C" NOT NULL,
    stamp      BIGINT             NOT NULL,
    deleted_at BIGINT             NOT NULL,
    PRIMARY KEY (kind, name)
);

CREATE INDEX IF NOT EXISTS {deletions_by_stamp} ON {deletions} (stamp);
CREATE INDEX IF NOT EXISTS {deletions_by_time} ON {deletions} (deleted_at);

-- One row. Whoever changes objects locks it first and keeps it until the commit.
CREATE TABLE IF NOT EXISTS {meta} (
    id           SMALLINT PRIMARY KEY CHECK (id = 1),
    stamp        BIGINT NOT NULL,
    last_id      BIGINT NOT NULL,
    purged_stamp BIGINT NOT NULL,
    mark         BYTEA  NOT NULL
);

-- Microseconds, so that tables that are made anew go on above the stamps that running nodes remember of those before.
INSERT INTO {meta} (id, stamp, last_id, purged_stamp, mark)
SELECT 1, start.stamp, 0, start.stamp, '' FROM (SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS stamp) AS start
ON CONFLICT (id) DO NOTHING;
