using System.Data.Common;

namespace Hpc.Accounts.Sql;

/// <summary>One connection, with its transaction if there is one, for the length of one piece of work.</summary>
internal sealed class SqlScope(SqlDialect dialect, DbConnection connection, DbTransaction? transaction, TimeSpan statementTimeout)
{
    public SqlDialect Dialect => dialect;

    public DbConnection Connection => connection;

    public TimeSpan StatementTimeout { get; set; } = statementTimeout;

    public SqlStatement Statement(string text = "") => new SqlStatement(dialect).Append(text);

    /// <summary>Runs statements; how many rows they changed.</summary>
    public async ValueTask<int> ExecuteAsync(SqlStatement statement, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        DbCommand command = statement.ToCommand(connection, transaction, StatementTimeout);
        await using (command.ConfigureAwait(false))
        {
            int rows = await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            await SocketThread.Leave();
            return rows;
        }
    }

    public ValueTask<int> ExecuteAsync(string text, CancellationToken ct) => ExecuteAsync(Statement(text), ct);

    /// <summary>Reads all rows of the first result.</summary>
    public async ValueTask<List<T>> QueryAsync<T>(SqlStatement statement, Func<DbDataReader, T> read, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        DbCommand command = statement.ToCommand(connection, transaction, StatementTimeout);
        await using (command.ConfigureAwait(false))
        {
            DbDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var rows = new List<T>();
                while (true)
                {
                    bool isThere = await reader.ReadAsync(ct).ConfigureAwait(false);
                    await SocketThread.Leave();
                    if (!isThere)
                    {
                        break;
                    }

                    rows.Add(read(reader));
                }

                // To the end: an error of a later statement of the text is reported there.
                while (await reader.NextResultAsync(ct).ConfigureAwait(false))
                {
                }

                await SocketThread.Leave();
                return rows;
            }
        }
    }

    /// <summary>A number in one row, or null without a row.</summary>
    public async ValueTask<long?> NumberAsync(SqlStatement statement, CancellationToken ct)
    {
        List<long?> rows = await QueryAsync(
            statement,
            reader => reader.IsDBNull(0) ? null : (long?)Convert.ToInt64(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture),
            ct).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : null;
    }
}
