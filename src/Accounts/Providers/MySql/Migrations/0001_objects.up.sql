-- Names are bytes: a text column would compare some of them as equal. Each statement may be repeated, as the server does not take schema changes back.
-- The documents hang on the number, so that the index of names is small and a far page counts in it alone.
CREATE TABLE IF NOT EXISTS {objects} (
    kind     SMALLINT       NOT NULL,
    name     VARBINARY(255) NOT NULL,
    id       BIGINT         NOT NULL PRIMARY KEY,
    version  BIGINT         NOT NULL CHECK (version >= 1),
    stamp    BIGINT         NOT NULL,
    role     VARBINARY(255) NOT NULL,
    document LONGBLOB       NOT NULL,
    UNIQUE KEY by_name (kind, name),
    KEY by_role (kind, role, name),
    KEY by_stamp (stamp, kind, name)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS {object_references} (
    from_kind SMALLINT       NOT NULL,
    from_name VARBINARY(255) NOT NULL,
    to_kind   SMALLINT       NOT NULL,
    to_name   VARBINARY(255) NOT NULL,
    PRIMARY KEY (from_kind, from_name, to_kind, to_name),
    KEY by_target (to_kind, to_name, from_kind, from_name),
    FOREIGN KEY (from_kind, from_name) REFERENCES {objects} (kind, name),
    FOREIGN KEY (to_kind, to_name) REFERENCES {objects} (kind, name)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS {activity} (
    kind  SMALLINT       NOT NULL,
    name  VARBINARY(255) NOT NULL,
    field SMALLINT       NOT NULL,
    value BIGINT         NOT NULL,
    PRIMARY KEY (kind, name, field),
    FOREIGN KEY (kind, name) REFERENCES {objects} (kind, name) ON DELETE CASCADE
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS {deletions} (
    kind       SMALLINT       NOT NULL,
    name       VARBINARY(255) NOT NULL,
    stamp      BIGINT         NOT NULL,
    deleted_at BIGINT         NOT NULL,
    PRIMARY KEY (kind, name),
    KEY by_stamp (stamp),
    KEY by_time (deleted_at)
) ENGINE = InnoDB;

-- One row. Whoever changes objects locks it first and keeps it until the commit.
CREATE TABLE IF NOT EXISTS {meta} (
    id           SMALLINT      NOT NULL PRIMARY KEY,
    stamp        BIGINT        NOT NULL,
    last_id      BIGINT        NOT NULL,
    purged_stamp BIGINT        NOT NULL,
    mark         VARBINARY(16) NOT NULL
) ENGINE = InnoDB;

-- Microseconds, so that tables that are made anew go on above the stamps that running nodes remember of those before.
INSERT IGNORE INTO {meta} (id, stamp, last_id, purged_stamp, mark)
SELECT 1, start.stamp, 0, start.stamp, '' FROM (SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED) AS stamp) AS start;
