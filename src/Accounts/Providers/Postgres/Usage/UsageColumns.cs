using System.Data.Common;
using Hpc.Accounts.Sql;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Postgres.Usage;

/// <summary>Rows of the tables of usage.</summary>
internal static class UsageColumns
{
    private static readonly string[] Amounts = ["files", "bytes", "uploaded", "downloaded"];

    /// <summary>Scopes with the sums of what is reserved of them; add WHERE, GROUP BY s.scope and ORDER BY.</summary>
    public static string SelectScopes(SqlTables tables) =>
        $"""
        SELECT s.scope, s.files, s.bytes, s.uploaded, s.downloaded, s.scanned_at, s.transfer_since, {Sums("r.")}
        FROM {tables.UsageScopes} AS s LEFT JOIN {tables.UsageReservations} AS r ON r.scope = s.scope
        """;

    /// <summary>What runs left of each scope; add WHERE and <see cref="UnfinishedEnd"/>.</summary>
    public static string SelectUnfinished(SqlTables tables) => $"SELECT scope, max(purpose), {Sums("")} FROM {tables.UsageReservations}";

    public static string UnfinishedEnd => " GROUP BY scope ORDER BY scope";

    public static UsageRecord ReadRecord(DbDataReader reader) => new()
    {
        Scope = reader.GetString(0),
        Used = ReadAmount(reader, 1),
        ScannedAt = reader.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5)),
        TransferSince = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6)),
        Reserved = ReadAmount(reader, 7),
    };

    public static UnfinishedUsage ReadUnfinished(DbDataReader reader) => new(reader.GetString(0), (UsageUse)reader.GetInt16(1), ReadAmount(reader, 2));

    public static UsageAmount ReadAmount(DbDataReader reader, int column) =>
        new(reader.GetInt64(column), reader.GetInt64(column + 1), reader.GetInt64(column + 2), reader.GetInt64(column + 3));

    private static string Sums(string table) =>
        string.Join(", ", Amounts.Select(column => $"CAST({SettleText.Cap($"coalesce(sum({table}{column}), 0)")} AS BIGINT)"));
}
