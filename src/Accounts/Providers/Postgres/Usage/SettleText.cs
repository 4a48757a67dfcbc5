using System.Data;
using Hpc.Accounts.Sql;

namespace Hpc.Accounts.Postgres.Usage;

/// <summary>
/// The text of a settlement: a whole transaction that is sent at once, so that rows are locked for its own length and no answer's. Amounts are arrays, a place for each request;
/// the arithmetic is that of <see cref="Hpc.Accounts.Usage.UsageRules"/>, in numbers that cannot overflow.
/// </summary>
internal sealed class SettleText
{
    private const string Run = "node = @node AND epoch = @epoch";

    private readonly SqlTables _tables;
    private readonly string _begin;

    public SettleText(SqlTables tables, SqlDialect dialect)
    {
        _tables = tables;
        string isolation = dialect.Isolation == IsolationLevel.Serializable ? "SERIALIZABLE" : "READ COMMITTED";
        _begin = $"BEGIN ISOLATION LEVEL {isolation}; {dialect.TransactionSettings}";
        Text = Make(hasEnds: false);
        TextWithEnds = Make(hasEnds: true);
    }

    /// <summary>
    /// Results: the run's last number and whether it was ended; how many scopes are locked; an answer for each request.
    /// A statement that was taken before, or is not to be taken, changes nothing.
    /// </summary>
    public string Text { get; }

    /// <summary>The same, with scopes that are not used any more (<c>@ended</c>).</summary>
    public string TextWithEnds { get; }

    // The statement is new, and its run lasts.
    private string IsNew => $"EXISTS (SELECT 1 FROM {_tables.UsageRuns} WHERE {Run} AND sequence < @sequence AND ended_at IS NULL)";

    /// <summary>A number between 0 and the largest of a column.</summary>
    public static string Cap(string number) => $"least(greatest({number}, 0), {long.MaxValue})";

    private string Make(bool hasEnds) =>
        $"""
        {_begin}
        INSERT INTO {_tables.UsageRuns} (node, epoch, number, sequence)
        VALUES (@node, @epoch, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT), 0) ON CONFLICT (node, epoch) DO NOTHING;
        SELECT sequence, ended_at IS NOT NULL FROM {_tables.UsageRuns} WHERE {Run} FOR UPDATE;
        INSERT INTO {_tables.UsageScopes} (scope, files, bytes, uploaded, downloaded, transfer_since)
        SELECT made.scope, 0, 0, 0, 0, @now FROM unnest(@made) AS made(scope)
        WHERE {IsNew} AND NOT EXISTS (SELECT 1 FROM {_tables.UsageScopes} AS known WHERE known.scope = made.scope)
        ORDER BY made.scope COLLATE "C" ON CONFLICT (scope) DO NOTHING;
        SELECT count(*) FROM (SELECT scope FROM {_tables.UsageScopes} WHERE scope = ANY(@scopes) ORDER BY scope FOR UPDATE) AS locked;
        {Change()}
        {(hasEnds ? $"DELETE FROM {_tables.UsageReservations} WHERE {Run} AND scope = ANY(@ended) AND {IsNew};" : "")}
        UPDATE {_tables.UsageRuns} SET sequence = @sequence WHERE {Run} AND sequence < @sequence AND ended_at IS NULL;
        {Answer()}
        COMMIT
        """;

    private string Change() =>
        $"""
        WITH request AS (
            SELECT * FROM unnest(@scopes, @purposes, @consumed0, @consumed1, @consumed2, @consumed3, @wanted0, @wanted1, @wanted2, @wanted3, @limit0, @limit1, @limit2, @limit3, @limit4)
            AS r(scope, purpose, consumed0, consumed1, consumed2, consumed3, wanted0, wanted1, wanted2, wanted3, limit0, limit1, limit2, limit3, limit4)
        ), others AS (
            SELECT scope, sum(files) AS held0, sum(bytes) AS held1, sum(uploaded) AS held2, sum(downloaded) AS held3
            FROM {_tables.UsageReservations} WHERE scope = ANY(@scopes) AND NOT ({Run}) GROUP BY scope
        ), state AS (
            SELECT r.scope, r.purpose,
                {Cap("CAST(s.files AS NUMERIC) + r.consumed0")} AS used0, {Cap("CAST(s.bytes AS NUMERIC) + r.consumed1")} AS used1,
                {Cap("CAST(s.uploaded AS NUMERIC) + r.consumed2")} AS used2, {Cap("CAST(s.downloaded AS NUMERIC) + r.consumed3")} AS used3,
                {Kept("files", 0)}, {Kept("bytes", 1)}, {Kept("uploaded", 2)}, {Kept("downloaded", 3)},
                coalesce(o.held0, 0) AS other0, coalesce(o.held1, 0) AS other1, coalesce(o.held2, 0) AS other2, coalesce(o.held3, 0) AS other3,
                CAST(r.wanted0 AS NUMERIC) AS wanted0, CAST(r.wanted1 AS NUMERIC) AS wanted1, CAST(r.wanted2 AS NUMERIC) AS wanted2, CAST(r.wanted3 AS NUMERIC) AS wanted3,
                CAST(nullif(r.limit0, 0) AS NUMERIC) AS limit0, CAST(nullif(r.limit1, 0) AS NUMERIC) AS limit1, CAST(nullif(r.limit2, 0) AS NUMERIC) AS limit2,
                CAST(nullif(r.limit3, 0) AS NUMERIC) AS limit3, CAST(nullif(r.limit4, 0) AS NUMERIC) AS limit4
            FROM request AS r
            JOIN {_tables.UsageScopes} AS s ON s.scope = r.scope
            LEFT JOIN {_tables.UsageReservations} AS own ON own.scope = s.scope AND own.node = @node AND own.epoch = @epoch
            LEFT JOIN others AS o ON o.scope = s.scope
            WHERE {IsNew}
        ), apart AS (
            SELECT state.*, {Grow("kept0", "wanted0", "limit0", "used0 + other0")} AS grant0, {Grow("kept1", "wanted1", "limit1", "used1 + other1")} AS grant1,
                {Grow("kept2", "wanted2", "limit2", "used2 + other2")} AS apart2, {Grow("kept3", "wanted3", "limit3", "used3 + other3")} AS apart3
            FROM state
        ), one_way AS (
            SELECT apart.*, {Grow("kept2", "apart2", "limit4", "used2 + other2 + used3 + other3 + kept3")} AS grant2 FROM apart
        ), granted AS (
            SELECT one_way.*, {Grow("kept3", "apart3", "limit4", "used2 + other2 + used3 + other3 + grant2")} AS grant3 FROM one_way
        ), told AS (
            UPDATE {_tables.UsageScopes} AS s SET
                files = CAST(g.used0 AS BIGINT), bytes = CAST(g.used1 AS BIGINT), uploaded = CAST(g.used2 AS BIGINT), downloaded = CAST(g.used3 AS BIGINT)
            FROM granted AS g
            WHERE s.scope = g.scope AND (s.files <> g.used0 OR s.bytes <> g.used1 OR s.uploaded <> g.used2 OR s.downloaded <> g.used3) RETURNING 1
        )
        INSERT INTO {_tables.UsageReservations} AS h (scope, node, epoch, purpose, files, bytes, uploaded, downloaded)
        SELECT g.scope, @node, @epoch, g.purpose, CAST(g.grant0 AS BIGINT), CAST(g.grant1 AS BIGINT), CAST(g.grant2 AS BIGINT), CAST(g.grant3 AS BIGINT)
        FROM granted AS g WHERE g.purpose <> 0
        ON CONFLICT (scope, node, epoch) DO UPDATE SET
            purpose = excluded.purpose, files = excluded.files, bytes = excluded.bytes, uploaded = excluded.uploaded, downloaded = excluded.downloaded
        WHERE h.purpose <> excluded.purpose OR h.files <> excluded.files OR h.bytes <> excluded.bytes OR h.uploaded <> excluded.uploaded OR h.downloaded <> excluded.downloaded;
        """;

    private string Answer() =>
        $"""
        SELECT s.files, s.bytes, s.uploaded, s.downloaded, s.scanned_at, {Sum("held")}, {Sum("own")}
        FROM unnest(@scopes) WITH ORDINALITY AS r(scope, place)
        LEFT JOIN {_tables.UsageScopes} AS s ON s.scope = r.scope
        LEFT JOIN (
            SELECT scope, sum(files) AS held0, sum(bytes) AS held1, sum(uploaded) AS held2, sum(downloaded) AS held3,
                {Own("files", 0)}, {Own("bytes", 1)}, {Own("uploaded", 2)}, {Own("downloaded", 3)}
            FROM {_tables.UsageReservations} WHERE scope = ANY(@scopes) GROUP BY scope
        ) AS h ON h.scope = s.scope
        ORDER BY r.place;
        """;

    private static string Kept(string column, int place) =>
        $"least(greatest(coalesce(CAST(own.{column} AS NUMERIC), 0) - r.consumed{place}, 0), r.wanted{place}) AS kept{place}";

    // A limit that is null is none: least() leaves nulls out.
    private static string Grow(string kept, string wanted, string limit, string taken) => $"greatest({kept}, least({wanted}, {limit} - least({taken}, {limit})))";

    private static string Own(string column, int place) => $"sum(CASE WHEN {Run} THEN {column} ELSE 0 END) AS own{place}";

    private static string Sum(string name) =>
        string.Join(", ", Enumerable.Range(0, 4).Select(place => $"CAST(least(coalesce(h.{name}{place}, 0), {long.MaxValue}) AS BIGINT)"));
}
