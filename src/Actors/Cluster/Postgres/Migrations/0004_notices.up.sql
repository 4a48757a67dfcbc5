-- Tells all nodes something. The caller has the lock of the log.
CREATE FUNCTION hpc_cluster_tell(p_kind SMALLINT, p_key TEXT, p_until TIMESTAMPTZ, p_now TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    v_number BIGINT;
BEGIN
    UPDATE hpc_cluster_log SET last = last + 1, first = greatest(first, last + 1 - 200000) RETURNING last INTO v_number;
    INSERT INTO hpc_cluster_notices (number, at, kind, key, until_at) VALUES (v_number, p_now, p_kind, p_key, p_until);
    PERFORM pg_notify('hpc_cluster', '*');
END
$$;

-- The caller has the lock of the log.
CREATE FUNCTION hpc_cluster_ban(p_host TEXT, p_until TIMESTAMPTZ, p_now TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    p_until := least(p_until, p_now + INTERVAL '30 days');
    INSERT INTO hpc_cluster_bans (host, until_at) VALUES (p_host, p_until) ON CONFLICT (host) DO UPDATE SET until_at = excluded.until_at;
    DELETE FROM hpc_cluster_points WHERE host = p_host;
    PERFORM hpc_cluster_tell(3::SMALLINT, p_host, p_until, p_now);
END
$$;

-- Counts points of hosts, and bans those that have too many.
CREATE FUNCTION hpc_cluster_score(p_hosts TEXT[], p_points INTEGER[], p_returned BOOLEAN[], p_now TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    d       hpc_cluster_log;
    r       RECORD;
    v_until TIMESTAMPTZ;
    v_sum   BIGINT;
    v_ats   TIMESTAMPTZ[];
    v_pts   INTEGER[];
    v_new   BOOLEAN := FALSE;
BEGIN
    SELECT * INTO d FROM hpc_cluster_log FOR UPDATE;
    IF d.threshold IS NULL THEN
        RETURN;
    END IF;

    FOR r IN SELECT * FROM unnest(p_hosts, p_points, p_returned) AS u(host, points, has_returned) LOOP
        SELECT until_at INTO v_until FROM hpc_cluster_bans WHERE host = r.host AND until_at > p_now;
        IF FOUND THEN
            IF r.has_returned AND d.increment > INTERVAL '0' THEN
                PERFORM hpc_cluster_ban(r.host, v_until + d.increment, p_now);
            END IF;

            CONTINUE;
        END IF;

        CONTINUE WHEN r.points = 0;
        SELECT ats, points INTO v_ats, v_pts FROM hpc_cluster_points WHERE host = r.host;
        v_new := v_new OR NOT FOUND;
        SELECT array_agg(u.at) || p_now, array_agg(u.n) || r.points, coalesce(sum(u.n), 0) + r.points INTO v_ats, v_pts, v_sum
            FROM unnest(v_ats, v_pts) AS u(at, n) WHERE p_now - u.at < d.keep;
        IF v_sum >= d.threshold THEN
            PERFORM hpc_cluster_ban(r.host, p_now + d.ban_time, p_now);
        ELSE
            INSERT INTO hpc_cluster_points (host, seen_at, ats, points) VALUES (r.host, p_now, v_ats, v_pts)
                ON CONFLICT (host) DO UPDATE SET seen_at = excluded.seen_at, ats = excluded.ats, points = excluded.points;
        END IF;
    END LOOP;

    IF v_new THEN
        DELETE FROM hpc_cluster_points WHERE host IN (SELECT host FROM hpc_cluster_points ORDER BY seen_at DESC, host DESC OFFSET d.max_hosts);
    END IF;
END
$$;

-- Removes what is past its time, once a second at most, and not while another does.
CREATE FUNCTION hpc_cluster_sweep(p_now TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    d     hpc_cluster_log;
    v_age INTERVAL;
BEGIN
    PERFORM FROM hpc_cluster_log WHERE swept_at <= p_now - INTERVAL '1 s' OR swept_at > p_now + INTERVAL '1 min';
    IF NOT FOUND THEN
        RETURN;
    END IF;

    SELECT * INTO d FROM hpc_cluster_log WHERE swept_at <= p_now - INTERVAL '1 s' OR swept_at > p_now + INTERVAL '1 min' FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    SELECT greatest(max(node_lease) * 2, INTERVAL '60 s') INTO v_age FROM hpc_cluster_nodes;
    DELETE FROM hpc_cluster_notices WHERE number <= greatest(d.first, (SELECT max(number) FROM hpc_cluster_notices WHERE at < p_now - v_age));
    UPDATE hpc_cluster_log SET swept_at = p_now, first = coalesce((SELECT min(number) - 1 FROM hpc_cluster_notices), last);
    DELETE FROM hpc_cluster_nodes WHERE name IN (SELECT name FROM hpc_cluster_nodes WHERE is_over AND must_clear = 0 AND node_until < p_now - INTERVAL '1 hour' FOR UPDATE SKIP LOCKED);
    DELETE FROM hpc_cluster_over WHERE until_at <= p_now;
    DELETE FROM hpc_cluster_bans WHERE until_at <= p_now;
    DELETE FROM hpc_cluster_bans WHERE host IN (SELECT host FROM hpc_cluster_bans ORDER BY until_at DESC OFFSET 100000);
    DELETE FROM hpc_cluster_points WHERE seen_at <= p_now - coalesce(d.keep, INTERVAL '0');
END
$$;

CREATE FUNCTION hpc_cluster_publish(p_kind SMALLINT, p_key TEXT, p_left INTERVAL) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    b RECORD;
BEGIN
    SELECT * INTO b FROM hpc_cluster_begin();
    PERFORM FROM hpc_cluster_log FOR UPDATE;
    IF p_kind = 3 THEN
        PERFORM hpc_cluster_ban(p_key, b.o_now + p_left, b.o_now);
        RETURN;
    END IF;

    IF p_kind = 4 THEN
        DELETE FROM hpc_cluster_bans WHERE host = p_key;
        DELETE FROM hpc_cluster_points WHERE host = p_key;
    END IF;

    PERFORM hpc_cluster_tell(p_kind, p_key, NULL, b.o_now);
END
$$;

CREATE FUNCTION hpc_cluster_list_bans(p_after TEXT, p_limit INTEGER) RETURNS TABLE (host TEXT, until_at TIMESTAMPTZ, left_over INTERVAL) LANGUAGE plpgsql AS $$
DECLARE
    v_now TIMESTAMPTZ := clock_timestamp();
BEGIN
    RETURN QUERY SELECT b.host, b.until_at, b.until_at - v_now FROM hpc_cluster_bans AS b WHERE b.until_at > v_now AND (p_after IS NULL OR b.host > p_after) ORDER BY b.host LIMIT p_limit;
END
$$;

CREATE FUNCTION hpc_cluster_list_nodes() RETURNS TABLE (name TEXT, version TEXT, address TEXT, since TIMESTAMPTZ, sessions BIGINT, is_leader BOOLEAN) LANGUAGE plpgsql AS $$
DECLARE
    b RECORD;
BEGIN
    SELECT * INTO b FROM hpc_cluster_begin();
    RETURN QUERY
        SELECT n.name, n.version, n.address, n.since, coalesce(d.sessions, 0), coalesce(l.leader = n.name AND l.leader_epoch = n.epoch AND n.node_until > b.o_now, FALSE)
        FROM hpc_cluster_nodes AS n LEFT JOIN hpc_cluster_loads AS d ON d.node = n.name LEFT JOIN hpc_cluster_log AS l ON TRUE
        WHERE NOT n.is_over ORDER BY n.name;
END
$$;

CREATE FUNCTION hpc_cluster_list_sessions(p_after TEXT, p_limit INTEGER) RETURNS SETOF hpc_cluster_sessions LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hpc_cluster_begin();
    RETURN QUERY SELECT * FROM hpc_cluster_sessions WHERE p_after IS NULL OR id > p_after ORDER BY id LIMIT p_limit;
END
$$;
