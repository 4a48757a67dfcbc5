-- What is known of the nodes after a crash of the server: nothing, but that none of them keeps anything for longer than the longest lease.
CREATE FUNCTION hpc_cluster_start() RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    v_now   TIMESTAMPTZ := clock_timestamp();
    v_lease INTERVAL;
BEGIN
    SELECT longest_lease INTO v_lease FROM hpc_cluster_lasting;
    INSERT INTO hpc_cluster_log (id, last, first, swept_at)
        SELECT 1, n, n, v_now FROM (SELECT CASE WHEN v_lease > INTERVAL '0' THEN 2 + (random() * 1e15)::BIGINT ELSE 1 END AS n) AS new
        ON CONFLICT DO NOTHING;
    INSERT INTO hpc_cluster_engine (id, blind_until, asked_at, is_blind, is_silent, silent_at, learning_until, retold)
        VALUES (1, v_now + v_lease, v_now, v_lease > INTERVAL '0', FALSE, '-infinity', '-infinity', 1)
        ON CONFLICT DO NOTHING;
END
$$;

-- A node whose epoch is over has no sessions; its shares go with the next who locks their scopes.
CREATE FUNCTION hpc_cluster_end(p_name TEXT, p_now TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    UPDATE hpc_cluster_nodes
        SET is_over = TRUE, is_lapsed = FALSE, has_reply = FALSE, must_clear = 2, part_known = 0, part_told = 0, node_until = least(node_until, p_now)
        WHERE name = p_name;
    DELETE FROM hpc_cluster_sessions WHERE node = p_name;
    DELETE FROM hpc_cluster_loads WHERE node = p_name;
END
$$;

-- Ends leases as of a moment. The row of a node is locked by its own statements: one that is in work is not judged.
CREATE FUNCTION hpc_cluster_expire(p_at TIMESTAMPTZ, p_silent_at TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    r RECORD;
BEGIN
    FOR r IN
        SELECT n.name, n.node_until <= p_at AND (p_silent_at IS NULL OR n.ticked_at >= p_silent_at) AS is_end
        FROM hpc_cluster_nodes AS n
        WHERE NOT n.is_over
            AND ((NOT n.is_lapsed AND n.share_until <= p_at)
                OR (n.node_until <= p_at AND (p_silent_at IS NULL OR n.ticked_at >= p_silent_at)))
        ORDER BY n.name
        FOR UPDATE SKIP LOCKED
    LOOP
        IF r.is_end THEN
            PERFORM hpc_cluster_end(r.name, p_at);
        ELSE
            UPDATE hpc_cluster_nodes SET is_lapsed = TRUE, is_all_dirty = TRUE, must_clear = greatest(must_clear, 1) WHERE name = r.name;
        END IF;
    END LOOP;
END
$$;

-- Ends learning when its time is over, or all have told what they have.
CREATE FUNCTION hpc_cluster_learn(e hpc_cluster_engine, p_told TEXT, p_now TIMESTAMPTZ) RETURNS hpc_cluster_engine LANGUAGE plpgsql AS $$
DECLARE
    v_blind  BOOLEAN;
    v_silent BOOLEAN;
BEGIN
    FOR attempt IN 1..2 LOOP
        v_blind := e.is_blind AND p_now < e.blind_until;
        v_silent := e.is_silent AND p_now < e.learning_until AND EXISTS (SELECT FROM hpc_cluster_nodes WHERE NOT is_over AND ticked_at < e.silent_at AND name <> p_told);
        IF v_blind = e.is_blind AND v_silent = e.is_silent THEN
            RETURN e;
        END IF;

        IF attempt = 1 THEN
            SELECT * INTO e FROM hpc_cluster_engine FOR UPDATE;
        END IF;
    END LOOP;

    UPDATE hpc_cluster_engine SET is_blind = v_blind, is_silent = v_silent, retold = retold + CASE WHEN v_blind OR v_silent THEN 0 ELSE 1 END RETURNING * INTO e;
    IF NOT (v_blind OR v_silent) THEN
        PERFORM pg_notify('hpc_cluster', '*');
    END IF;

    RETURN e;
END
$$;

-- The begin of each statement: which leases are over, and whether the engine is learning what nodes have after it was away.
CREATE FUNCTION hpc_cluster_begin(OUT o_now TIMESTAMPTZ, OUT o_learning BOOLEAN, OUT o_blind BOOLEAN, OUT o_retold BIGINT, OUT o_silent_at TIMESTAMPTZ) LANGUAGE plpgsql AS $$
DECLARE
    e        hpc_cluster_engine;
    v_heard  TIMESTAMPTZ;
    v_lease  INTERVAL;
    v_long   INTERVAL;
    v_due    BOOLEAN;
BEGIN
    SELECT * INTO e FROM hpc_cluster_engine;
    IF NOT FOUND THEN
        PERFORM hpc_cluster_start();
        SELECT * INTO e FROM hpc_cluster_engine;
    END IF;

    o_now := clock_timestamp();
    FOR attempt IN 1..2 LOOP
        SELECT max(heard_at), min(share_lease) FILTER (WHERE NOT is_over), max(node_lease) FILTER (WHERE NOT is_over),
                bool_or(NOT is_over AND ((NOT is_lapsed AND share_until <= o_now) OR node_until <= o_now))
            INTO v_heard, v_lease, v_long, v_due FROM hpc_cluster_nodes;
        EXIT WHEN v_lease IS NULL OR o_now - v_heard < v_lease / 2;
        IF attempt = 1 THEN
            SELECT * INTO e FROM hpc_cluster_engine FOR UPDATE;
            o_now := clock_timestamp();
        ELSE
            -- Nobody was heard for half a lease, or the clock was set forward: nodes whose lease runs out before they find the engine again may use limits without one.
            -- Leases are judged by the last moment that was known; who had one then keeps its places, and nobody is granted more than it has, until all have been heard or
            -- can be taken for dead.
            PERFORM hpc_cluster_expire(v_heard, CASE WHEN e.is_silent THEN e.silent_at END);
            UPDATE hpc_cluster_engine
                SET is_silent = is_silent OR EXISTS (SELECT FROM hpc_cluster_nodes WHERE NOT is_over), silent_at = o_now, learning_until = o_now + v_long
                RETURNING * INTO e;
        END IF;
    END LOOP;

    IF e.is_blind AND o_now - e.asked_at > INTERVAL '0.5 s' THEN
        -- An absence is no time in which nodes could tell what they have.
        UPDATE hpc_cluster_engine
            SET asked_at = o_now, blind_until = CASE WHEN o_now - asked_at >= INTERVAL '1.5 s' THEN o_now + (SELECT longest_lease FROM hpc_cluster_lasting) ELSE blind_until END
            RETURNING * INTO e;
    END IF;

    IF e.is_blind OR e.is_silent THEN
        e := hpc_cluster_learn(e, '', o_now);
        v_due := TRUE;
    END IF;

    IF v_due THEN
        PERFORM hpc_cluster_expire(o_now, CASE WHEN e.is_silent THEN e.silent_at END);
    END IF;

    o_blind := e.is_blind;
    o_learning := e.is_blind OR e.is_silent;
    o_retold := e.retold;
    o_silent_at := e.silent_at;
END
$$;

-- Whether a row is that of the epoch, and takes statements. One that had no share lease any more at the end of a silence, or not yet, does not: what was on its way then says
-- nothing of now.
CREATE FUNCTION hpc_cluster_is_current(n hpc_cluster_nodes, p_epoch BIGINT, p_now TIMESTAMPTZ, p_silent_at TIMESTAMPTZ) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(n.epoch = p_epoch AND NOT n.is_over AND NOT n.is_expelled AND n.node_until > p_now AND (n.since >= p_silent_at OR (n.sequence > 0 AND n.share_until > p_silent_at)), FALSE)
$$;

-- What a node may use of every limit without a lease. A part grows under the lock of the log alone: those of all are never more than the whole.
CREATE FUNCTION hpc_cluster_part(p_name TEXT, p_told INTEGER) RETURNS INTEGER LANGUAGE plpgsql AS $$
DECLARE
    v_part INTEGER;
BEGIN
    FOR attempt IN 1..2 LOOP
        SELECT greatest(0, least(1000000 - coalesce(sum(greatest(part_known, part_told)) FILTER (WHERE name <> p_name), 0), 1000000 / greatest(count(*), 1)))
            INTO v_part FROM hpc_cluster_nodes WHERE NOT is_over OR name = p_name;
        EXIT WHEN v_part <= p_told;
        IF attempt = 1 THEN
            PERFORM FROM hpc_cluster_log FOR UPDATE;
        END IF;
    END LOOP;

    RETURN v_part;
END
$$;

-- The node does what one alone does, if nobody else has a lease to do so. An epoch that was ended by a later one of its name may lead until its lease is over.
CREATE FUNCTION hpc_cluster_lead(p_name TEXT, p_epoch BIGINT, p_now TIMESTAMPTZ, p_until TIMESTAMPTZ) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
    l hpc_cluster_log;
BEGIN
    FOR attempt IN 1..2 LOOP
        SELECT * INTO l FROM hpc_cluster_log;
        IF l.leader <> p_name AND l.leader_until > p_now AND EXISTS (SELECT FROM hpc_cluster_nodes WHERE name = l.leader AND NOT is_over) THEN
            RETURN FALSE;
        END IF;

        IF attempt = 1 THEN
            PERFORM FROM hpc_cluster_log FOR UPDATE;
        END IF;
    END LOOP;

    UPDATE hpc_cluster_log SET leader = p_name, leader_epoch = p_epoch, leader_until = p_until;
    RETURN TRUE;
END
$$;
