-- The one statement of a node's tick. Locks, each before the next: the node, ids of sessions, sessions, scopes, the node's load, the log.
-- o_outcome: 0 answered, 1 fenced, 2 out of order (o_cursor is the last sequence).
CREATE FUNCTION hpc_cluster_tick(
    p_node TEXT, p_epoch BIGINT, p_sequence BIGINT, p_cursor BIGINT,
    p_scopes TEXT[], p_limits BIGINT[], p_in_force BIGINT[], p_wanted BIGINT[], p_weights INTEGER[], p_released TEXT[],
    p_ids TEXT[], p_users TEXT[], p_protocols TEXT[], p_remotes TEXT[], p_hosts TEXT[], p_closed TEXT[],
    p_scored TEXT[], p_points INTEGER[], p_returned BOOLEAN[],
    OUT o_outcome INTEGER, OUT o_rates BIGINT[], OUT o_rate_nodes INTEGER[], OUT o_more_scopes TEXT[], OUT o_more_rates BIGINT[], OUT o_more_nodes INTEGER[],
    OUT o_kinds SMALLINT[], OUT o_keys TEXT[], OUT o_untils TIMESTAMPTZ[], OUT o_cursor BIGINT, OUT o_has_more BOOLEAN,
    OUT o_nodes INTEGER, OUT o_leads BOOLEAN, OUT o_part INTEGER, OUT o_now TIMESTAMPTZ)
LANGUAGE plpgsql AS $$
DECLARE
    b         RECORD;
    n         hpc_cluster_nodes;
    d         RECORD;
    l         RECORD;
    e         hpc_cluster_engine;
    v_more    BIGINT := 0;
    v_told    INTEGER;
    v_learns  BOOLEAN;
BEGIN
    PERFORM FROM hpc_cluster_nodes WHERE name = p_node FOR NO KEY UPDATE;
    SELECT * INTO b FROM hpc_cluster_begin();
    o_now := b.o_now;
    SELECT * INTO n FROM hpc_cluster_nodes WHERE name = p_node;

    -- Behind a share lease that ran out, what a tick leaves out says nothing: the node joins and tells everything.
    IF NOT hpc_cluster_is_current(n, p_epoch, o_now, b.o_silent_at) OR (n.is_lapsed AND n.sequence > 0) THEN
        o_outcome := 1;
        SELECT count(*) INTO o_nodes FROM hpc_cluster_nodes WHERE NOT is_over;
        RETURN;
    END IF;

    IF p_sequence = n.sequence AND n.has_reply THEN
        UPDATE hpc_cluster_nodes SET share_until = o_now + share_lease, node_until = o_now + node_lease, heard_at = o_now, ticked_at = o_now WHERE name = p_node;
        SELECT * INTO d FROM hpc_cluster_again(p_node, p_sequence, p_scopes);
        o_outcome := 0; o_rates := d.o_rates; o_rate_nodes := d.o_nodes; o_more_scopes := d.o_more_scopes; o_more_rates := d.o_more_rates; o_more_nodes := d.o_more_nodes;
        o_cursor := n.reply_cursor; o_has_more := n.reply_more; o_nodes := n.reply_nodes; o_leads := n.reply_leader AND NOT b.o_blind AND hpc_cluster_lead(p_node, p_epoch, b.o_now, b.o_now + n.node_lease); o_part := n.reply_part; o_now := n.reply_at;
        SELECT array_agg(kind ORDER BY number), array_agg(key ORDER BY number), array_agg(until_at ORDER BY number) INTO o_kinds, o_keys, o_untils
            FROM hpc_cluster_notices WHERE number > n.reply_from AND number <= n.reply_cursor;
        RETURN;
    END IF;

    IF p_sequence <> n.sequence + 1 THEN
        o_outcome := 2;
        o_cursor := n.sequence;
        RETURN;
    END IF;

    IF NOT EXISTS (SELECT FROM hpc_cluster_log WHERE p_cursor BETWEEN first AND last) THEN
        UPDATE hpc_cluster_nodes SET is_expelled = TRUE WHERE name = p_node;
        o_outcome := 1;
        SELECT count(*) INTO o_nodes FROM hpc_cluster_nodes WHERE NOT is_over;
        RETURN;
    END IF;

    IF cardinality(p_scopes) > 0 AND cardinality(p_scopes) + (SELECT count(*) FROM hpc_cluster_shares WHERE node = p_node) > 200000 THEN
        RAISE EXCEPTION 'The node has as many shares as it may.' USING ERRCODE = 'HPC01';
    END IF;

    IF cardinality(p_ids) > 0 THEN
        INSERT INTO hpc_cluster_sessions (id, node, username, host, protocol, remote, since)
            SELECT u.id, p_node, u.username, u.host, u.protocol, u.remote, o_now
            FROM unnest(p_ids, p_users, p_protocols, p_remotes, p_hosts) AS u(id, username, protocol, remote, host)
            WHERE (SELECT TRUE FROM hpc_cluster_over AS v WHERE v.id = u.id) IS NULL ORDER BY u.id
            ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS v_more = ROW_COUNT;
    END IF;

    IF cardinality(p_closed) > 0 THEN
        v_more := v_more - hpc_cluster_close(p_node, p_closed, o_now + n.node_lease * 2, NULL);
    END IF;

    v_learns := b.o_learning;
    IF b.o_learning THEN
        SELECT * INTO e FROM hpc_cluster_engine;
        e := hpc_cluster_learn(e, p_node, o_now);
        v_learns := e.is_blind OR e.is_silent;
        b.o_retold := e.retold;
    END IF;

    v_told := CASE WHEN n.is_all_dirty OR n.retold < b.o_retold THEN 2 ELSE 1 END;
    SELECT * INTO d FROM hpc_cluster_divide(p_node, p_sequence, v_told, b.o_learning, v_learns, p_scopes, p_limits, p_in_force, p_wanted, p_weights, p_released);
    o_outcome := 0; o_rates := d.o_rates; o_rate_nodes := d.o_nodes; o_more_scopes := d.o_more_scopes; o_more_rates := d.o_more_rates; o_more_nodes := d.o_more_nodes;
    PERFORM pg_notify('hpc_cluster', u.name) FROM unnest(d.o_hurried) AS u(name);

    IF v_more <> 0 THEN
        UPDATE hpc_cluster_loads SET sessions = sessions + v_more WHERE node = p_node;
    END IF;

    IF cardinality(p_scored) > 0 THEN
        PERFORM hpc_cluster_score(p_scored, p_points, p_returned, o_now);
    END IF;

    o_leads := NOT b.o_blind AND hpc_cluster_lead(p_node, p_epoch, o_now, o_now + n.node_lease);
    o_part := CASE WHEN b.o_blind THEN n.part_told ELSE hpc_cluster_part(p_node, n.part_told) END;
    SELECT count(*) INTO o_nodes FROM hpc_cluster_nodes WHERE NOT is_over;
    PERFORM hpc_cluster_sweep(o_now);

    SELECT g.first, g.last, c.number, c.kinds, c.keys, c.untils INTO l
        FROM hpc_cluster_log AS g LEFT JOIN LATERAL (
            SELECT max(a.number) AS number, array_agg(a.kind ORDER BY a.number) AS kinds, array_agg(a.key ORDER BY a.number) AS keys, array_agg(a.until_at ORDER BY a.number) AS untils
            FROM (SELECT * FROM hpc_cluster_notices WHERE number > p_cursor ORDER BY number LIMIT 10000) AS a) AS c ON g.last > p_cursor;
    IF l.first > p_cursor THEN
        RAISE EXCEPTION 'Notices went while they were read.' USING ERRCODE = 'serialization_failure';
    END IF;

    o_kinds := l.kinds; o_keys := l.keys; o_untils := l.untils;
    o_cursor := coalesce(l.number, p_cursor);
    o_has_more := o_cursor < l.last;
    UPDATE hpc_cluster_nodes
        SET sequence = p_sequence, has_reply = TRUE, share_until = o_now + share_lease, node_until = o_now + node_lease, heard_at = o_now, ticked_at = o_now,
            is_lapsed = FALSE, is_all_dirty = FALSE, retold = b.o_retold, part_known = part_told, part_told = o_part,
            reply_from = p_cursor, reply_cursor = o_cursor, reply_more = o_has_more, reply_nodes = o_nodes, reply_leader = o_leads, reply_part = o_part, reply_at = o_now
        WHERE name = p_node;
END
$$;

-- The grants of a tick that was answered, for the same tick again: nothing but a tick of the node changes them.
CREATE FUNCTION hpc_cluster_again(
    p_node TEXT, p_sequence BIGINT, p_scopes TEXT[],
    OUT o_rates BIGINT[], OUT o_nodes INTEGER[], OUT o_more_scopes TEXT[], OUT o_more_rates BIGINT[], OUT o_more_nodes INTEGER[])
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    SELECT coalesce(array_agg(s.granted ORDER BY u.ord), '{}'), array_agg(s.told_nodes ORDER BY u.ord) INTO o_rates, o_nodes
        FROM unnest(p_scopes) WITH ORDINALITY AS u(scope, ord)
        CROSS JOIN LATERAL (SELECT * FROM hpc_cluster_shares AS r WHERE r.scope = u.scope AND r.node = p_node OFFSET 0) AS s;
    SELECT array_agg(s.scope ORDER BY s.scope), array_agg(s.granted ORDER BY s.scope), array_agg(s.told_nodes ORDER BY s.scope) INTO o_more_scopes, o_more_rates, o_more_nodes
        FROM hpc_cluster_shares AS s LEFT JOIN unnest(p_scopes) AS u(scope) ON u.scope = s.scope WHERE s.node = p_node AND s.told = p_sequence AND u.scope IS NULL;
END
$$;

-- Ends the node's epoch and hands back everything.
CREATE FUNCTION hpc_cluster_leave(p_node TEXT, p_epoch BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    b RECORD;
    n hpc_cluster_nodes;
    d RECORD;
BEGIN
    PERFORM FROM hpc_cluster_nodes WHERE name = p_node FOR UPDATE;
    SELECT * INTO b FROM hpc_cluster_begin();
    SELECT * INTO n FROM hpc_cluster_nodes WHERE name = p_node;
    IF hpc_cluster_is_current(n, p_epoch, b.o_now, b.o_silent_at) THEN
        PERFORM hpc_cluster_end(p_node, b.o_now);
        SELECT * INTO d FROM hpc_cluster_divide('', 0, 1, b.o_learning, b.o_learning, '{}', '{}', '{}', '{}', '{}', '{}');
        PERFORM pg_notify('hpc_cluster', u.name) FROM unnest(d.o_hurried) AS u(name);
    END IF;
END
$$;
