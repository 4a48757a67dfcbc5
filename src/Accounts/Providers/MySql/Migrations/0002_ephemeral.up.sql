CREATE TABLE IF NOT EXISTS {ephemeral} (
    name       VARBINARY(255) NOT NULL PRIMARY KEY,
    value      LONGBLOB       NOT NULL,
    expires_at BIGINT         NOT NULL,
    KEY by_end (expires_at)
) ENGINE = InnoDB;
