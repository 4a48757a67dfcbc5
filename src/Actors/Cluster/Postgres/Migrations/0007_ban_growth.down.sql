-- The caller has the lock of the log.
CREATE OR REPLACE FUNCTION hpc_cluster_ban(p_host TEXT, p_until TIMESTAMPTZ, p_now TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    p_until := least(p_until, p_now + INTERVAL '30 days');
    INSERT INTO hpc_cluster_bans (host, until_at) VALUES (p_host, p_until) ON CONFLICT (host) DO UPDATE SET until_at = excluded.until_at;
    DELETE FROM hpc_cluster_points WHERE host = p_host;
    PERFORM hpc_cluster_tell(3::SMALLINT, p_host, p_until, p_now);
END
$$;

-- Counts points of hosts, and bans those that have too many.
CREATE OR REPLACE FUNCTION hpc_cluster_score(p_hosts TEXT[], p_points INTEGER[], p_returned BOOLEAN[], p_now TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql SET enable_seqscan = off AS $$
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

ALTER TABLE hpc_cluster_bans DROP COLUMN IF EXISTS grown_at;
