-- Names are compared byte by byte. All but the first table are UNLOGGED: what they hold is told anew by the nodes when it is lost (docs/adr/0016).

-- What has to outlive a crash: how long a node may still be using what it was granted.
CREATE TABLE hpc_cluster_lasting (
    id            SMALLINT PRIMARY KEY CHECK (id = 1),
    longest_lease INTERVAL NOT NULL
);

INSERT INTO hpc_cluster_lasting (id, longest_lease) VALUES (1, INTERVAL '0');

-- One row while the engine knows what it knew; none after a crash of the server.
CREATE UNLOGGED TABLE hpc_cluster_engine (
    id             SMALLINT    PRIMARY KEY CHECK (id = 1),
    blind_until    TIMESTAMPTZ NOT NULL,
    -- The last statement, kept while the engine is blind.
    asked_at       TIMESTAMPTZ NOT NULL,
    is_blind       BOOLEAN     NOT NULL,
    is_silent      BOOLEAN     NOT NULL,
    silent_at      TIMESTAMPTZ NOT NULL,
    learning_until TIMESTAMPTZ NOT NULL,
    -- Goes up when every node is to be told all its shares.
    retold         BIGINT      NOT NULL
) WITH (fillfactor = 20);

-- One row, locked by whoever adds a notice, judges hosts, raises a part or sweeps, the last of its locks: numbers come in the order of commits.
CREATE UNLOGGED TABLE hpc_cluster_log (
    id           SMALLINT    PRIMARY KEY CHECK (id = 1),
    last         BIGINT      NOT NULL,
    -- Everything behind this number is there.
    first        BIGINT      NOT NULL,
    swept_at     TIMESTAMPTZ NOT NULL,
    leader       TEXT        COLLATE "C" NOT NULL DEFAULT '',
    leader_epoch BIGINT      NOT NULL DEFAULT 0,
    leader_until TIMESTAMPTZ NOT NULL DEFAULT '-infinity',
    threshold    INTEGER,
    keep         INTERVAL,
    ban_time     INTERVAL,
    increment    INTERVAL,
    max_hosts    INTEGER
) WITH (fillfactor = 20);

CREATE UNLOGGED TABLE hpc_cluster_notices (
    number   BIGINT      PRIMARY KEY,
    at       TIMESTAMPTZ NOT NULL,
    kind     SMALLINT    NOT NULL,
    key      TEXT        NOT NULL,
    until_at TIMESTAMPTZ
);

-- must_clear: 1 its shares are given up, 2 they are to be deleted; done by the next who locks their scopes.
CREATE UNLOGGED TABLE hpc_cluster_nodes (
    name         TEXT        COLLATE "C" PRIMARY KEY,
    epoch        BIGINT      NOT NULL,
    sequence     BIGINT      NOT NULL,
    has_reply    BOOLEAN     NOT NULL,
    share_lease  INTERVAL    NOT NULL,
    node_lease   INTERVAL    NOT NULL,
    share_until  TIMESTAMPTZ NOT NULL,
    node_until   TIMESTAMPTZ NOT NULL,
    heard_at     TIMESTAMPTZ NOT NULL,
    ticked_at    TIMESTAMPTZ NOT NULL,
    since        TIMESTAMPTZ NOT NULL,
    version      TEXT        NOT NULL,
    address      TEXT        NOT NULL,
    is_over      BOOLEAN     NOT NULL,
    is_expelled  BOOLEAN     NOT NULL,
    is_lapsed    BOOLEAN     NOT NULL,
    is_all_dirty BOOLEAN     NOT NULL,
    must_clear   SMALLINT    NOT NULL,
    retold       BIGINT      NOT NULL,
    part_known   INTEGER     NOT NULL,
    part_told    INTEGER     NOT NULL,
    join_cursor  BIGINT      NOT NULL,
    join_missed  BOOLEAN     NOT NULL,
    join_refused TEXT[]      NOT NULL,
    join_banned  TEXT[]      NOT NULL,
    join_untils  TIMESTAMPTZ[] NOT NULL,
    join_part    INTEGER     NOT NULL,
    join_nodes   INTEGER     NOT NULL,
    reply_from   BIGINT      NOT NULL,
    reply_cursor BIGINT      NOT NULL,
    reply_more   BOOLEAN     NOT NULL,
    reply_nodes  INTEGER     NOT NULL,
    reply_leader BOOLEAN     NOT NULL,
    reply_part   INTEGER     NOT NULL,
    reply_at     TIMESTAMPTZ NOT NULL
) WITH (fillfactor = 20);

-- Sessions of a node; not in its row, which a tick keeps locked.
CREATE UNLOGGED TABLE hpc_cluster_loads (
    node     TEXT   COLLATE "C" PRIMARY KEY,
    sessions BIGINT NOT NULL
) WITH (fillfactor = 20);

CREATE UNLOGGED TABLE hpc_cluster_sessions (
    id       TEXT        COLLATE "C" PRIMARY KEY,
    node     TEXT        COLLATE "C" NOT NULL,
    username TEXT        COLLATE "C" NOT NULL,
    host     TEXT        COLLATE "C" NOT NULL,
    protocol TEXT        NOT NULL,
    remote   TEXT        NOT NULL,
    since    TIMESTAMPTZ NOT NULL
);

CREATE INDEX hpc_cluster_sessions_by_node ON hpc_cluster_sessions (node, id);
CREATE INDEX hpc_cluster_sessions_by_user ON hpc_cluster_sessions (username);
CREATE INDEX hpc_cluster_sessions_by_host ON hpc_cluster_sessions (host);

-- Ids that were told as ended while they were not open: what opens them may still be on its way.
CREATE UNLOGGED TABLE hpc_cluster_over (
    id       TEXT        COLLATE "C" PRIMARY KEY,
    until_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX hpc_cluster_over_by_end ON hpc_cluster_over (until_at);

-- The lock of all shares of a scope.
CREATE UNLOGGED TABLE hpc_cluster_scopes (
    scope TEXT COLLATE "C" PRIMARY KEY
) WITH (fillfactor = 70);

-- in_force: as last told by the node; granted: as last answered, in the tick told; kept: what it may be granted again, since it is in the books.
-- Room in the pages and no index on what changes: an update stays in its page and leaves no work to VACUUM.
CREATE UNLOGGED TABLE hpc_cluster_shares (
    scope      TEXT    COLLATE "C" NOT NULL,
    node       TEXT    COLLATE "C" NOT NULL,
    max_rate   BIGINT  NOT NULL,
    in_force   BIGINT  NOT NULL,
    granted    BIGINT  NOT NULL,
    wanted     BIGINT  NOT NULL,
    kept       BIGINT  NOT NULL,
    told       BIGINT  NOT NULL,
    weight     INTEGER NOT NULL,
    told_nodes INTEGER NOT NULL,
    PRIMARY KEY (scope, node)
) WITH (fillfactor = 50);

CREATE INDEX hpc_cluster_shares_by_node ON hpc_cluster_shares (node, scope);

-- Shares whose grant is to be told anew; changed under the lock of the scope.
CREATE UNLOGGED TABLE hpc_cluster_dirty (
    node  TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (node, scope)
);

CREATE UNLOGGED TABLE hpc_cluster_points (
    host    TEXT          COLLATE "C" PRIMARY KEY,
    seen_at TIMESTAMPTZ   NOT NULL,
    ats     TIMESTAMPTZ[] NOT NULL,
    points  INTEGER[]     NOT NULL
);

CREATE INDEX hpc_cluster_points_by_seen ON hpc_cluster_points (seen_at, host);

CREATE UNLOGGED TABLE hpc_cluster_bans (
    host     TEXT        COLLATE "C" PRIMARY KEY,
    until_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX hpc_cluster_bans_by_end ON hpc_cluster_bans (until_at);
