-- Locks scopes in the order of their names.
CREATE FUNCTION hpc_cluster_lock_scopes(p_scopes TEXT[]) RETURNS VOID LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    v_locked INTEGER;
BEGIN
    -- One that another statement deletes between the two is made again.
    FOR attempt IN 1..10 LOOP
        INSERT INTO hpc_cluster_scopes (scope)
            SELECT u.scope FROM unnest(p_scopes) AS u(scope) WHERE (SELECT TRUE FROM hpc_cluster_scopes AS s WHERE s.scope = u.scope) IS NULL ORDER BY u.scope COLLATE "C"
            ON CONFLICT DO NOTHING;
        SELECT count(*) INTO v_locked FROM (SELECT FROM hpc_cluster_scopes WHERE scope = ANY(p_scopes) ORDER BY scope FOR UPDATE) AS locked;
        EXIT WHEN v_locked = cardinality(p_scopes);
    END LOOP;

    IF v_locked < cardinality(p_scopes) THEN
        RAISE EXCEPTION 'Scopes come and go.' USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;

CREATE FUNCTION hpc_cluster_is_material(p_granted BIGINT, p_next BIGINT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
    SELECT abs(p_granted - p_next) > greatest(p_granted, p_next) / 64
$$;

-- All that happens to shares in one statement: what nodes have whose leases are over is given up, the node's demands are taken and answered, and others are marked whose
-- grants are to be told anew. A leave asks with no demand.
-- p_told: 1 also the shares that others have changed, 2 all. p_keep: what a node says that it has is what it has. p_learning: nobody is granted more than that.
CREATE FUNCTION hpc_cluster_divide(
    p_node TEXT, p_sequence BIGINT, p_told INTEGER, p_keep BOOLEAN, p_learning BOOLEAN,
    p_scopes TEXT[], p_limits BIGINT[], p_in_force BIGINT[], p_wanted BIGINT[], p_weights INTEGER[], p_released TEXT[],
    OUT o_rates BIGINT[], OUT o_nodes INTEGER[], OUT o_more_scopes TEXT[], OUT o_more_rates BIGINT[], OUT o_more_nodes INTEGER[], OUT o_hurried TEXT[])
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off SET work_mem = '64MB' AS $$
DECLARE
    v_over   TEXT[];
    v_lapsed TEXT[];
    v_live   TEXT[];
    v_due    TEXT[] := '{}';
    v_gone   TEXT[] := '{}';
    v_freed  TEXT[] := '{}';
    v_scopes TEXT[];
    v_multi  TEXT[];
BEGIN
    -- Leases that are over. The row of a node is locked from its judgement to the commit; who is in work now does it itself.
    IF EXISTS (SELECT FROM hpc_cluster_nodes WHERE must_clear > 0) THEN
        SELECT array_agg(c.name) FILTER (WHERE c.must_clear = 2), array_agg(c.name) FILTER (WHERE c.must_clear = 1) INTO v_over, v_lapsed
            FROM (SELECT name, must_clear FROM hpc_cluster_nodes WHERE must_clear > 0 ORDER BY name FOR UPDATE SKIP LOCKED) AS c;
        v_freed := ARRAY(SELECT DISTINCT scope FROM hpc_cluster_shares WHERE node = ANY(v_over || v_lapsed));
    END IF;

    IF p_told = 2 THEN
        v_due := ARRAY(SELECT scope FROM hpc_cluster_shares WHERE node = p_node);
    ELSE
        v_due := ARRAY(SELECT scope FROM hpc_cluster_dirty WHERE node = p_node);
    END IF;

    IF p_sequence = 1 THEN
        v_gone := ARRAY(SELECT scope FROM hpc_cluster_shares WHERE node = p_node EXCEPT SELECT unnest(p_scopes));
    ELSIF cardinality(p_released) > 0 THEN
        v_gone := ARRAY(SELECT scope FROM hpc_cluster_shares WHERE node = p_node AND scope = ANY(p_released) EXCEPT SELECT unnest(p_scopes));
    END IF;

    v_scopes := p_scopes || v_due || v_gone || v_freed;
    IF cardinality(v_scopes) = 0 AND v_over IS NULL AND v_lapsed IS NULL THEN
        o_rates := '{}';
        RETURN;
    END IF;

    v_scopes := ARRAY(SELECT DISTINCT u.scope COLLATE "C" AS scope FROM unnest(v_scopes) AS u(scope) ORDER BY scope);
    PERFORM hpc_cluster_lock_scopes(v_scopes);

    IF v_over IS NOT NULL OR v_lapsed IS NOT NULL THEN
        DELETE FROM hpc_cluster_shares WHERE node = ANY(v_over);
        DELETE FROM hpc_cluster_dirty WHERE node = ANY(v_over);
        UPDATE hpc_cluster_shares SET in_force = 0, granted = 0, kept = 0 WHERE node = ANY(v_lapsed);
        UPDATE hpc_cluster_nodes SET must_clear = 0 WHERE name = ANY(v_over || v_lapsed);
    END IF;

    IF cardinality(v_gone) > 0 THEN
        DELETE FROM hpc_cluster_shares WHERE node = p_node AND scope = ANY(v_gone);
        DELETE FROM hpc_cluster_dirty WHERE node = p_node AND scope = ANY(v_gone);
    END IF;

    IF cardinality(v_due) > 0 THEN
        DELETE FROM hpc_cluster_dirty WHERE node = p_node AND scope = ANY(v_due);
        v_due := ARRAY(SELECT unnest(v_due) EXCEPT (SELECT unnest(p_scopes) UNION ALL SELECT unnest(v_gone)));
    END IF;

    v_live := ARRAY(SELECT name FROM hpc_cluster_nodes WHERE NOT is_over AND NOT is_lapsed AND name <> p_node);
    v_multi := ARRAY(SELECT u.scope FROM unnest(v_scopes) AS u(scope)
        WHERE (SELECT TRUE FROM hpc_cluster_shares AS s WHERE s.scope = u.scope AND s.node <> p_node AND s.node = ANY(v_live) LIMIT 1));
    IF cardinality(v_gone) + cardinality(v_freed) > 0 THEN
        v_freed := ARRAY(SELECT unnest(v_freed) EXCEPT (SELECT unnest(p_scopes) UNION ALL SELECT unnest(v_due) UNION ALL SELECT unnest(v_gone)));
    END IF;

    WITH mine AS MATERIALIZED (
        -- why: 1 asked, 2 to be told anyway, 3 if what others gave up makes a difference.
        SELECT d.scope COLLATE "C" AS scope, d.ord, 1 AS why, d.max_rate, d.in_force, 0::BIGINT AS granted, d.wanted, least(d.weight, 16777216) AS weight,
            CASE WHEN p_keep THEN d.in_force ELSE least(d.in_force, coalesce((SELECT s.kept FROM hpc_cluster_shares AS s WHERE s.scope = d.scope AND s.node = p_node), 0)) END AS kept
        FROM unnest(p_scopes, p_limits, p_in_force, p_wanted, p_weights) WITH ORDINALITY AS d(scope, max_rate, in_force, wanted, weight, ord)
        UNION ALL
        SELECT s.scope, NULL, u.why, s.max_rate, s.in_force, s.granted, s.wanted, s.weight, s.kept
        FROM (SELECT unnest(v_due) AS scope, 2 AS why UNION ALL SELECT unnest(v_freed), 3) AS u
        CROSS JOIN LATERAL (SELECT * FROM hpc_cluster_shares AS r WHERE r.scope = u.scope AND r.node = p_node OFFSET 0) AS s
    ), mixed AS MATERIALIZED (
        SELECT m.*, v.scope IS NOT NULL AS is_multi FROM mine AS m LEFT JOIN unnest(v_multi) AS v(scope) ON v.scope = m.scope
    ), every AS (
        SELECT scope, p_node COLLATE "C" AS node, TRUE AS is_mine, ord, why, max_rate, in_force, granted, wanted, weight, kept FROM mixed WHERE is_multi
        UNION ALL
        SELECT s.scope, s.node, FALSE, NULL, 0, s.max_rate, s.in_force, s.granted, s.wanted, least(s.weight, 16777216), s.kept
        FROM unnest(v_multi) AS v(scope) CROSS JOIN LATERAL (SELECT * FROM hpc_cluster_shares AS r WHERE r.scope = v.scope OFFSET 0) AS s
        WHERE s.node <> p_node AND s.node = ANY(v_live)
    ), limited AS (
        SELECT e.*, min(max_rate) OVER p AS lim, count(*) OVER p AS cnt, sum(weight) OVER p AS all_weight, coalesce(sum(greatest(in_force, granted)) FILTER (WHERE NOT is_mine) OVER p, 0) AS others
        FROM every AS e WINDOW p AS (PARTITION BY scope)
    ), wanting AS (
        SELECT l.*, CASE WHEN wanted >= lim THEN lim ELSE least(lim, wanted + wanted / 32) END AS want FROM limited AS l
    ), ordered AS (
        -- By want / weight, exactly: two different quotients differ by more than 2^-50.
        SELECT w.*, row_number() OVER o AS place, sum(weight) OVER o - weight AS weight_before, sum(want) OVER o - want AS want_before
        FROM wanting AS w WINDOW o AS (PARTITION BY scope ORDER BY div(want::NUMERIC * 1125899906842624, weight), node ROWS UNBOUNDED PRECEDING)
    ), broken AS (
        SELECT o.*, min(place) FILTER (WHERE want::NUMERIC * (all_weight - weight_before) > (lim - want_before) * weight) OVER p AS edge
        FROM ordered AS o WINDOW p AS (PARTITION BY scope)
    ), edged AS (
        SELECT b.*, edge IS NULL OR place >= edge AS is_member,
            CASE WHEN edge IS NULL THEN lim - sum(want) OVER p ELSE max(lim - want_before) FILTER (WHERE place = edge) OVER p END AS amount,
            CASE WHEN edge IS NULL THEN all_weight ELSE max(all_weight - weight_before) FILTER (WHERE place = edge) OVER p END AS over_weight
        FROM broken AS b WINDOW p AS (PARTITION BY scope)
    ), parted AS (
        SELECT e.*, CASE WHEN is_member THEN div(amount * weight, over_weight) ELSE 0 END AS part, min(node) FILTER (WHERE is_member) OVER (PARTITION BY scope) AS first_member FROM edged AS e
    ), aimed AS (
        SELECT p.*, (CASE WHEN NOT is_member THEN want WHEN edge IS NULL THEN want + part ELSE part END
            + CASE WHEN node = first_member THEN amount - sum(part) OVER (PARTITION BY scope) ELSE 0 END)::BIGINT AS target FROM parted AS p
    ), asked AS (
        SELECT scope, node, is_mine, ord, why, max_rate, in_force, granted, wanted, weight, kept, lim, cnt, others, target FROM aimed
        UNION ALL
        SELECT scope, p_node COLLATE "C", TRUE, ord, why, max_rate, in_force, granted, wanted, weight, kept, max_rate, 1, 0, max_rate FROM mixed WHERE NOT is_multi
    ), granting AS (
        SELECT a.*, CASE WHEN is_mine THEN greatest(least(target, CASE WHEN p_learning THEN 0 ELSE greatest(lim - others, 0) END), least(target, kept))::BIGINT END AS next FROM asked AS a
    ), judged AS (
        SELECT g.*, is_mine AND (why < 3 OR hpc_cluster_is_material(granted, next)) AS is_told FROM granting AS g
    ), settled AS MATERIALIZED (
        -- What it does not tell it keeps to as it was granted last, which may be more than it has ever told.
        SELECT j.scope, j.node, j.is_mine, j.ord, j.is_told, j.max_rate, j.wanted, j.weight, j.lim, j.cnt, j.others, j.target, j.granted AS before, j.kept,
            CASE WHEN is_told AND why > 1 THEN greatest(in_force, granted) ELSE in_force END AS in_force,
            CASE WHEN is_told THEN next ELSE granted END AS granted
        FROM judged AS j
    ), summed AS (
        SELECT s.*, coalesce(max(greatest(in_force, granted)) FILTER (WHERE is_mine) OVER p, 0) AS mine_held,
            bool_or(least(target, wanted) > granted AND hpc_cluster_is_material(granted, least(target, wanted))) OVER p AS is_starved
        FROM settled AS s WHERE cnt > 1 OR NOT is_mine WINDOW p AS (PARTITION BY scope)
    ), others AS (
        SELECT s.*, greatest(least(target, CASE WHEN p_learning THEN 0 ELSE greatest(lim - (others - greatest(in_force, granted) + mine_held), 0) END), least(target, kept))::BIGINT AS next
        FROM summed AS s WHERE NOT is_mine
    ), changed AS MATERIALIZED (
        SELECT scope, node, (next < granted AND is_starved) OR (next >= granted AND granted < wanted) AS is_hurried FROM others WHERE hpc_cluster_is_material(granted, next)
    ), marked AS (
        INSERT INTO hpc_cluster_dirty (node, scope) SELECT node, scope FROM changed ON CONFLICT DO NOTHING
    ), written AS (
        INSERT INTO hpc_cluster_shares AS s (scope, node, max_rate, in_force, granted, wanted, kept, told, weight, told_nodes)
            SELECT scope, node, max_rate, in_force, granted, wanted, greatest(granted, least(in_force, kept)),
                CASE WHEN ord IS NOT NULL OR p_told = 2 OR granted <> before THEN p_sequence ELSE 0 END, weight, cnt FROM settled WHERE is_mine AND is_told
        ON CONFLICT (scope, node) DO UPDATE SET max_rate = excluded.max_rate, in_force = excluded.in_force, granted = excluded.granted, wanted = excluded.wanted,
            kept = excluded.kept, told = excluded.told, weight = excluded.weight, told_nodes = excluded.told_nodes
    )
    SELECT coalesce(array_agg(granted ORDER BY ord) FILTER (WHERE ord IS NOT NULL), '{}'), coalesce(array_agg(cnt::INTEGER ORDER BY ord) FILTER (WHERE ord IS NOT NULL), '{}'),
            array_agg(scope ORDER BY scope) FILTER (WHERE ord IS NULL AND (p_told = 2 OR granted <> before)),
            array_agg(granted ORDER BY scope) FILTER (WHERE ord IS NULL AND (p_told = 2 OR granted <> before)),
            array_agg(cnt::INTEGER ORDER BY scope) FILTER (WHERE ord IS NULL AND (p_told = 2 OR granted <> before)),
            (SELECT array_agg(DISTINCT node) FROM changed WHERE is_hurried)
        INTO o_rates, o_nodes, o_more_scopes, o_more_rates, o_more_nodes, o_hurried
        FROM settled WHERE is_mine AND is_told;

    IF cardinality(v_gone) + cardinality(v_freed) > 0 OR v_over IS NOT NULL THEN
        DELETE FROM hpc_cluster_scopes AS c WHERE c.scope = ANY(v_scopes) AND (SELECT TRUE FROM hpc_cluster_shares AS s WHERE s.scope = c.scope LIMIT 1) IS NULL;
    END IF;
END
$$;
