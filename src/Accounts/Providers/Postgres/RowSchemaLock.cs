using System.Globalization;
using Hpc.Accounts.Data;
using Hpc.Accounts.Sql;

namespace Hpc.Accounts.Postgres;

/// <summary>
/// A lock that is a row with an end, by the clock of the database. Its holder renews it before each step; who died in the middle is waited for until the end.
/// </summary>
internal sealed class RowSchemaLock : ISchemaLock
{
    // A single step takes less, or another node would begin beside it.
    private const int LeaseSeconds = 60;

    private const string Now = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SqlScope _scope;
    private readonly string _table;

    // A random number, which needs no quotes.
    private readonly string _holder = Random.Shared.NextInt64(1, long.MaxValue).ToString(CultureInfo.InvariantCulture);

    private RowSchemaLock(SqlScope scope, string table)
    {
        _scope = scope;
        _table = table;
    }

    public static async ValueTask<RowSchemaLock> TakeAsync(SqlScope scope, string table, TimeSpan timeout, CancellationToken ct)
    {
        var held = new RowSchemaLock(scope, table);
        long deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (!await held.TryTakeAsync(ct).ConfigureAwait(false))
        {
            if (Environment.TickCount64 >= deadline)
            {
                throw new TimeoutException("The lock of migrations is held by another node.");
            }

            await Task.Delay(Pause + TimeSpan.FromMilliseconds(Random.Shared.Next((int)Pause.TotalMilliseconds)), ct).ConfigureAwait(false);
        }

        return held;
    }

    public async ValueTask HoldAsync(CancellationToken ct)
    {
        int rows = await _scope.ExecuteAsync($"UPDATE {_table} SET ends_at = {Now} + {LeaseSeconds} WHERE id = 1 AND holder = {_holder}", ct).ConfigureAwait(false);
        if (rows != 1)
        {
            throw new DataProviderException("The lock of migrations was lost to another node: this one took too long. Start again.");
        }
    }

    public async ValueTask DisposeAsync() =>
        await _scope.ExecuteAsync($"DELETE FROM {_table} WHERE id = 1 AND holder = {_holder}", CancellationToken.None).ConfigureAwait(false);

    // Two nodes that make the table, or the row, at once: one of them gets an error and tries again.
    private async ValueTask<bool> TryTakeAsync(CancellationToken ct)
    {
        try
        {
            await _scope.ExecuteAsync($"CREATE TABLE IF NOT EXISTS {_table} (id SMALLINT PRIMARY KEY, holder BIGINT NOT NULL, ends_at BIGINT NOT NULL)", ct).ConfigureAwait(false);
            string take =
                $"INSERT INTO {_table} AS held (id, holder, ends_at) VALUES (1, {_holder}, {Now} + {LeaseSeconds}) ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at WHERE held.ends_at < {Now}";
            return await _scope.ExecuteAsync(take, ct).ConfigureAwait(false) == 1;
        }
        catch (System.Data.Common.DbException exception) when (_scope.Dialect.Classify(exception) is SqlFailure.AlreadyThere or SqlFailure.Conflict)
        {
            return false;
        }
    }
}
