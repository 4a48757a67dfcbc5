using System.Data.Common;
using Hpc.Accounts.Sql;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Postgres.Usage;

/// <summary>One settlement: its parameters, and what the database answers. It may be sent again after whatever happened, since its number tells.</summary>
internal sealed class Settlement(SettleText text, UsageNode node, long sequence, IReadOnlyList<UsageRequest> requests, long now)
{
    private const int Amounts = 4;

    private readonly string[] _ended = [.. requests.Where(static request => request.Use == UsageUse.None).Select(static request => request.Scope)];

    public async ValueTask<SettleReply> SendAsync(SqlScope scope, CancellationToken ct)
    {
        DbCommand command = scope.Connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
#pragma warning disable CA2100 // The text is made of constants and checked table names.
            command.CommandText = _ended.Length > 0 ? text.TextWithEnds : text.Text;
#pragma warning restore CA2100
            command.CommandTimeout = (int)Math.Ceiling(scope.StatementTimeout.TotalSeconds);
            AddParameters(command);
            DbDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await ReadAsync(reader, ct).ConfigureAwait(false);
            }
        }
    }

    private void AddParameters(DbCommand command)
    {
        Add(command, "node", node.Id);
        Add(command, "epoch", node.Epoch);
        Add(command, "sequence", sequence);
        Add(command, "now", now);
        Add(command, "scopes", Each(static request => request.Scope));
        Add(command, "made", requests.Where(static request => request.Use != UsageUse.None || request.Consumed != default).Select(static request => request.Scope).ToArray());
        Add(command, "purposes", Each(static request => (short)request.Use));
        AddAmounts(command, "consumed", static request => request.Consumed);
        AddAmounts(command, "wanted", static request => request.Wanted.AtLeastZero());
        AddAmounts(command, "limit", static request => new UsageAmount(request.Limits.Files, request.Limits.Bytes, request.Limits.Uploaded, request.Limits.Downloaded).AtLeastZero());
        Add(command, "limit4", Each(static request => Math.Max(0, request.Limits.Transferred)));
        if (_ended.Length > 0)
        {
            Add(command, "ended", _ended);
        }
    }

    private void AddAmounts(DbCommand command, string name, Func<UsageRequest, UsageAmount> select)
    {
        Add(command, name + "0", Each(request => select(request).Files));
        Add(command, name + "1", Each(request => select(request).Bytes));
        Add(command, name + "2", Each(request => select(request).Uploaded));
        Add(command, name + "3", Each(request => select(request).Downloaded));
    }

    private T[] Each<T>(Func<UsageRequest, T> select)
    {
        var values = new T[requests.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = select(requests[i]);
        }

        return values;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private async ValueTask<SettleReply> ReadAsync(DbDataReader reader, CancellationToken ct)
    {
        await reader.ReadAsync(ct).ConfigureAwait(false);
        long last = reader.GetInt64(0);
        bool isEnded = reader.GetBoolean(1);
        await reader.NextResultAsync(ct).ConfigureAwait(false);
        await reader.NextResultAsync(ct).ConfigureAwait(false);
        var answers = new UsageAnswer[requests.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            bool isThere = await reader.ReadAsync(ct).ConfigureAwait(false);
            await SocketThread.Leave();
            if (!isThere)
            {
                throw new Data.DataProviderException($"The database answered {i} of {answers.Length} requests.");
            }

            answers[i] = ReadAnswer(reader, requests[i].Scope);
        }

        // To the end: the commit may fail.
        while (await reader.NextResultAsync(ct).ConfigureAwait(false))
        {
        }

        await SocketThread.Leave();
        return new SettleReply(last, isEnded, answers);
    }

    private static UsageAnswer ReadAnswer(DbDataReader reader, string scope) =>
        reader.IsDBNull(0)
            ? new UsageAnswer(scope, default, default, default)
            : new UsageAnswer(scope, UsageColumns.ReadAmount(reader, 0), UsageColumns.ReadAmount(reader, Amounts + 1), UsageColumns.ReadAmount(reader, (2 * Amounts) + 1))
            {
                ScannedAt = reader.IsDBNull(Amounts) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(Amounts)),
            };
}
