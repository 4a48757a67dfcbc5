using System.Globalization;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sql;

/// <summary>What the steps back of the schema would remove with their tables.</summary>
internal static class SqlLosses
{
    // Made anew by the next start; who goes back has the key still.
    private const string MasterKeyMark = "secrets:master-key";

    /// <param name="scope">A connection.</param>
    /// <param name="tables">Their names.</param>
    /// <param name="statements">Of all steps back.</param>
    /// <param name="now">Unix milliseconds: what has ended is no loss.</param>
    /// <param name="ct">Cancels.</param>
    public static async ValueTask<IReadOnlyList<SchemaLoss>> ListAsync(SqlScope scope, SqlTables tables, IReadOnlyList<string> statements, long now, CancellationToken ct)
    {
        var losses = new List<SchemaLoss>();
        if (IsRemoved(tables.Objects, statements))
        {
            List<(int Kind, long Count)> kinds = await scope.QueryAsync(
                scope.Statement($"SELECT kind, count(*) FROM {tables.Objects} GROUP BY kind ORDER BY kind"), reader => (ToInt(reader.GetValue(0)), ToLong(reader.GetValue(1))), ct).ConfigureAwait(false);
            kinds.ForEach(one => losses.Add(new SchemaLoss(SchemaLoss.NameOf((ObjectKind)one.Kind), one.Count)));
        }

        if (IsRemoved(tables.Activity, statements))
        {
            Add(losses, "dates of last logins, uses and first transfers", await scope.NumberAsync(scope.Statement($"SELECT count(*) FROM {tables.Activity}"), ct).ConfigureAwait(false));
        }

        if (IsRemoved(tables.Ephemeral, statements))
        {
            SqlStatement count = scope.Statement($"SELECT count(*) FROM {tables.Ephemeral} WHERE expires_at > ").Number(now).Append(" AND name <> ").Name(MasterKeyMark);
            Add(losses, "tokens and marks of used codes", await scope.NumberAsync(count, ct).ConfigureAwait(false));
        }

        if (IsRemoved(tables.UsageScopes, statements))
        {
            Add(losses, "users and folders with what they have in use", await scope.NumberAsync(scope.Statement($"SELECT count(*) FROM {tables.UsageScopes}"), ct).ConfigureAwait(false));
        }

        return losses;
    }

    private static bool IsRemoved(string table, IReadOnlyList<string> statements) =>
        statements.Any(statement => statement.StartsWith("DROP TABLE", StringComparison.OrdinalIgnoreCase) && statement.EndsWith(" " + table, StringComparison.Ordinal));

    private static void Add(List<SchemaLoss> losses, string what, long? count)
    {
        if (count > 0)
        {
            losses.Add(new SchemaLoss(what, count.Value));
        }
    }

    private static int ToInt(object value) => Convert.ToInt32(value, CultureInfo.InvariantCulture);

    private static long ToLong(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
