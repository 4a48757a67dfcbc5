-- Two kinds of advisory locks order what races; both end with the transaction, and are taken in the order of their numbers, those of ids first:
-- 1752196913 by id: whether an id is open, or over before it was open.
-- 1752196914 by user and host (0 to 255) and for the total (256): counting sessions and adding one.

-- Ends sessions of a node; remembers ids that are not open, since what opens them may still be on its way. How many have ended.
CREATE FUNCTION hpc_cluster_close(p_node TEXT, p_ids TEXT[], p_until TIMESTAMPTZ, p_opening TEXT) RETURNS BIGINT LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    r       RECORD;
    v_ended TEXT[];
BEGIN
    FOR r IN
        SELECT k.number, bool_or(k.is_over) AS is_over
        FROM (SELECT hashtext(p_opening) & 255 AS number, FALSE AS is_over WHERE p_opening IS NOT NULL
            UNION ALL SELECT hashtext(u.id) & 255, TRUE FROM unnest(p_ids) AS u(id) WHERE (SELECT TRUE FROM hpc_cluster_sessions AS s WHERE s.id = u.id) IS NULL) AS k
        GROUP BY k.number ORDER BY k.number
    LOOP
        IF r.is_over THEN
            PERFORM pg_advisory_xact_lock(1752196913, r.number);
        ELSE
            PERFORM pg_advisory_xact_lock_shared(1752196913, r.number);
        END IF;
    END LOOP;

    IF cardinality(p_ids) = 0 THEN
        RETURN 0;
    END IF;

    WITH ended AS (
        DELETE FROM hpc_cluster_sessions WHERE id IN (SELECT id FROM hpc_cluster_sessions WHERE id = ANY(p_ids) AND node = p_node ORDER BY id FOR UPDATE) RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO v_ended FROM ended;
    INSERT INTO hpc_cluster_over (id, until_at)
        SELECT u.id, p_until FROM (SELECT unnest(p_ids) AS id EXCEPT SELECT unnest(v_ended)) AS u
        WHERE (SELECT TRUE FROM hpc_cluster_sessions AS s WHERE s.id = u.id) IS NULL
        ON CONFLICT DO NOTHING;
    RETURN cardinality(v_ended);
END
$$;

-- Takes a place for a session, under the locks of its limits. The numbers are those of PlaceReply.
CREATE FUNCTION hpc_cluster_place(
    p_node TEXT, p_id TEXT, p_user TEXT, p_protocol TEXT, p_remote TEXT, p_host TEXT, p_of_user INTEGER, p_of_host INTEGER, p_total INTEGER, p_blind BOOLEAN, p_now TIMESTAMPTZ)
RETURNS INTEGER LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    v_owner TEXT;
    v_all   BIGINT;
BEGIN
    SELECT node INTO v_owner FROM hpc_cluster_sessions WHERE id = p_id;
    IF FOUND THEN
        RETURN CASE WHEN v_owner = p_node THEN 0 ELSE 5 END;
    END IF;

    IF EXISTS (SELECT FROM hpc_cluster_over WHERE id = p_id) THEN
        RETURN 5;
    END IF;

    IF NOT p_blind THEN
        SELECT coalesce(sum(sessions), 0) INTO v_all FROM hpc_cluster_loads;
        IF v_all >= 2000000 OR (p_total > 0 AND v_all >= p_total) THEN
            RETURN 3;
        ELSIF p_of_user > 0 AND (SELECT count(*) FROM (SELECT FROM hpc_cluster_sessions WHERE username = p_user LIMIT p_of_user) AS s) >= p_of_user THEN
            RETURN 1;
        ELSIF p_of_host > 0 AND (SELECT count(*) FROM (SELECT FROM hpc_cluster_sessions WHERE host = p_host LIMIT p_of_host) AS s) >= p_of_host THEN
            RETURN 2;
        END IF;
    END IF;

    INSERT INTO hpc_cluster_sessions (id, node, username, host, protocol, remote, since) VALUES (p_id, p_node, p_user, p_host, p_protocol, p_remote, p_now)
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT node INTO v_owner FROM hpc_cluster_sessions WHERE id = p_id;
        RETURN CASE WHEN v_owner = p_node THEN 0 ELSE 5 END;
    END IF;

    INSERT INTO hpc_cluster_loads AS l (node, sessions) VALUES (p_node, 1) ON CONFLICT (node) DO UPDATE SET sessions = l.sessions + 1;
    RETURN 0;
END
$$;

CREATE FUNCTION hpc_cluster_open(
    p_node TEXT, p_epoch BIGINT, p_id TEXT, p_user TEXT, p_protocol TEXT, p_remote TEXT, p_host TEXT, p_of_user INTEGER, p_of_host INTEGER, p_total INTEGER, p_closed TEXT[])
RETURNS INTEGER LANGUAGE plpgsql AS $$
DECLARE
    b       RECORD;
    n       hpc_cluster_nodes;
    r       RECORD;
    v_ended BIGINT;
BEGIN
    SELECT * INTO b FROM hpc_cluster_begin();

    -- Not held up by a tick of the node, but neither can the node be judged, nor begin anew.
    SELECT * INTO n FROM hpc_cluster_nodes WHERE name = p_node FOR KEY SHARE;
    IF NOT hpc_cluster_is_current(n, p_epoch, b.o_now, b.o_silent_at) THEN
        RETURN 4;
    END IF;

    v_ended := hpc_cluster_close(p_node, p_closed, b.o_now + n.node_lease * 2, p_id);
    FOR r IN
        SELECT k.number FROM (VALUES (p_of_user, hashtext('u' || p_user) & 255), (p_of_host, hashtext('h' || p_host) & 255), (p_total, 256)) AS k(most, number)
        WHERE k.most > 0 GROUP BY k.number ORDER BY k.number
    LOOP
        PERFORM pg_advisory_xact_lock(1752196914, r.number);
    END LOOP;

    -- Behind the locks, as in hpc_cluster_place: who has this row waits for nobody who has one of them.
    IF v_ended > 0 THEN
        UPDATE hpc_cluster_loads SET sessions = sessions - v_ended WHERE node = p_node;
    END IF;

    IF b.o_blind AND NOT EXISTS (SELECT FROM hpc_cluster_sessions WHERE id = p_id) THEN
        RETURN 6;
    END IF;

    RETURN hpc_cluster_place(p_node, p_id, p_user, p_protocol, p_remote, p_host, p_of_user, p_of_host, p_total, FALSE, b.o_now);
END
$$;

-- o_outcome: 0 joined, 1 the epoch is not higher than the last.
CREATE FUNCTION hpc_cluster_join(
    p_node TEXT, p_epoch BIGINT, p_share_lease INTERVAL, p_node_lease INTERVAL, p_version TEXT, p_address TEXT, p_cursor BIGINT,
    p_ids TEXT[], p_users TEXT[], p_protocols TEXT[], p_remotes TEXT[], p_hosts TEXT[], p_of_user INTEGER[], p_of_host INTEGER[], p_total INTEGER[],
    p_threshold INTEGER, p_keep INTERVAL, p_ban_time INTERVAL, p_increment INTERVAL, p_max_hosts INTEGER, p_part INTEGER,
    OUT o_outcome INTEGER, OUT o_last_epoch BIGINT, OUT o_cursor BIGINT, OUT o_missed BOOLEAN, OUT o_refused TEXT[], OUT o_part INTEGER, OUT o_nodes INTEGER,
    OUT o_banned TEXT[], OUT o_untils TIMESTAMPTZ[], OUT o_now TIMESTAMPTZ)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    b         RECORD;
    n         hpc_cluster_nodes;
    l         hpc_cluster_log;
    r         RECORD;
    v_place   INTEGER;
    v_is_full BOOLEAN := FALSE;
BEGIN
    PERFORM FROM hpc_cluster_nodes WHERE name = p_node FOR UPDATE;
    SELECT * INTO b FROM hpc_cluster_begin();
    o_now := b.o_now;
    UPDATE hpc_cluster_lasting SET longest_lease = p_node_lease WHERE longest_lease < p_node_lease;
    PERFORM FROM hpc_cluster_nodes WHERE name = p_node;
    IF NOT FOUND AND (SELECT count(*) FROM hpc_cluster_nodes) >= 1000 THEN
        RAISE EXCEPTION 'There are as many nodes as there may be.' USING ERRCODE = 'HPC01';
    END IF;

    -- A new node is like one whose epoch 0 is over.
    INSERT INTO hpc_cluster_nodes VALUES (p_node, 0, 0, FALSE, p_share_lease, p_node_lease, b.o_now, b.o_now, '-infinity', b.o_now, '-infinity', '', '',
            TRUE, FALSE, FALSE, FALSE, 0, b.o_retold, 0, 0, 0, FALSE, '{}', '{}', '{}', 0, 0, 0, 0, FALSE, 0, FALSE, 0, b.o_now)
        ON CONFLICT DO NOTHING;
    SELECT * INTO n FROM hpc_cluster_nodes WHERE name = p_node FOR UPDATE;
    IF p_epoch = n.epoch AND hpc_cluster_is_current(n, p_epoch, '-infinity', b.o_silent_at) THEN
        UPDATE hpc_cluster_nodes SET node_until = b.o_now + node_lease, heard_at = b.o_now WHERE name = p_node;
        SELECT 0, n.epoch, n.join_cursor, n.join_missed, n.join_refused, n.join_part, n.join_nodes, n.join_banned, n.join_untils
            INTO o_outcome, o_last_epoch, o_cursor, o_missed, o_refused, o_part, o_nodes, o_banned, o_untils;
        RETURN;
    END IF;

    IF p_epoch <= n.epoch THEN
        SELECT 1, n.epoch, 0, FALSE, '{}', 0, count(*) INTO o_outcome, o_last_epoch, o_cursor, o_missed, o_refused, o_part, o_nodes FROM hpc_cluster_nodes WHERE NOT is_over;
        RETURN;
    END IF;

    -- One that was over has nothing yet that could lapse. Whatever part it was told last, it may keep to until it has this answer.
    UPDATE hpc_cluster_nodes
        SET epoch = p_epoch, sequence = 0, has_reply = FALSE, share_lease = p_share_lease, node_lease = p_node_lease, node_until = b.o_now + p_node_lease, heard_at = b.o_now,
            ticked_at = CASE WHEN is_over THEN b.o_now ELSE ticked_at END, since = b.o_now, version = p_version, address = p_address, is_expelled = FALSE,
            is_lapsed = is_lapsed OR is_over, is_over = FALSE, part_known = CASE WHEN b.o_blind THEN p_part ELSE greatest(part_known, part_told) END, part_told = CASE WHEN b.o_blind THEN p_part ELSE part_told END
        WHERE name = p_node;

    o_refused := '{}';
    DELETE FROM hpc_cluster_sessions WHERE id IN (SELECT id FROM hpc_cluster_sessions WHERE node = p_node EXCEPT SELECT unnest(p_ids));
    INSERT INTO hpc_cluster_loads (node, sessions) VALUES (p_node, 0) ON CONFLICT (node) DO NOTHING;
    UPDATE hpc_cluster_loads SET sessions = (SELECT count(*) FROM hpc_cluster_sessions WHERE node = p_node) WHERE node = p_node;
    FOR r IN
        SELECT u.* FROM unnest(p_ids, p_users, p_protocols, p_remotes, p_hosts, p_of_user, p_of_host, p_total) WITH ORDINALITY AS u(id, username, protocol, remote, host, of_user, of_host, total, ord)
        WHERE (SELECT TRUE FROM hpc_cluster_sessions AS s WHERE s.id = u.id AND s.node = p_node) IS NULL ORDER BY u.ord
    LOOP
        IF NOT v_is_full THEN
            PERFORM pg_advisory_xact_lock(1752196914, k) FROM generate_series(0, 256) AS k;
            v_is_full := TRUE;
        END IF;

        v_place := hpc_cluster_place(p_node, r.id, r.username, r.protocol, r.remote, r.host, r.of_user, r.of_host, r.total, b.o_blind, b.o_now);
        IF v_place > 0 AND NOT b.o_blind THEN
            o_refused := o_refused || r.id;
        END IF;
    END LOOP;

    o_part := CASE WHEN b.o_blind THEN p_part ELSE hpc_cluster_part(p_node, n.part_told) END;
    IF p_threshold IS NOT NULL THEN
        UPDATE hpc_cluster_log SET threshold = p_threshold, keep = p_keep, ban_time = p_ban_time, increment = p_increment, max_hosts = p_max_hosts;
    END IF;

    SELECT * INTO l FROM hpc_cluster_log;
    o_missed := p_cursor > 0 AND NOT (p_cursor BETWEEN l.first AND l.last);
    o_cursor := CASE WHEN p_cursor BETWEEN greatest(l.first, 1) AND l.last THEN p_cursor ELSE l.last END;
    o_outcome := 0;
    o_last_epoch := p_epoch;
    SELECT count(*) INTO o_nodes FROM hpc_cluster_nodes WHERE NOT is_over;
    SELECT coalesce(array_agg(host ORDER BY host), '{}'), coalesce(array_agg(until_at ORDER BY host), '{}') INTO o_banned, o_untils FROM hpc_cluster_bans WHERE until_at > o_now;
    UPDATE hpc_cluster_nodes
        SET part_told = o_part, join_cursor = o_cursor, join_missed = o_missed, join_refused = o_refused, join_part = o_part, join_nodes = o_nodes,
            join_banned = o_banned, join_untils = o_untils, retold = b.o_retold
        WHERE name = p_node;
END
$$;
