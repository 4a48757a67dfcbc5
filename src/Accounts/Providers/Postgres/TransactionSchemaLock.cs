using Hpc.Accounts.Sql;

namespace Hpc.Accounts.Postgres;

/// <summary>A lock that ends with the transaction that took it.</summary>
internal sealed class TransactionSchemaLock : ISchemaLock
{
    public ValueTask HoldAsync(CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
