-- From now on, until the first share lease of another node is over.
CREATE FUNCTION hpc_cluster_next_lease_end(p_node TEXT) RETURNS INTERVAL LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT min(share_until) FROM hpc_cluster_nodes WHERE NOT is_over AND NOT is_lapsed AND name <> p_node) - clock_timestamp();
END
$$;

-- The begin of each statement: which leases are over, and whether the engine is learning what nodes have after it was away.
CREATE OR REPLACE FUNCTION hpc_cluster_begin(OUT o_now TIMESTAMPTZ, OUT o_learning BOOLEAN, OUT o_blind BOOLEAN, OUT o_retold BIGINT, OUT o_silent_at TIMESTAMPTZ) LANGUAGE plpgsql AS $$
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
        EXIT WHEN v_lease IS NULL OR o_now - v_heard < v_lease * 0.55;
        IF attempt = 1 THEN
            SELECT * INTO e FROM hpc_cluster_engine FOR UPDATE;
            o_now := clock_timestamp();
        ELSE
            -- Nobody was heard for more than half a lease (ClusterRules.SilentPart), or the clock was set forward: nodes whose lease runs out before they find the engine again may use limits without one.
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
