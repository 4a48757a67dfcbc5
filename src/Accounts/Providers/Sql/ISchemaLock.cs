namespace Hpc.Accounts.Sql;

/// <summary>The right to change the schema, of one node at a time.</summary>
internal interface ISchemaLock : IAsyncDisposable
{
    /// <summary>Before each step: throws if the right was lost.</summary>
    ValueTask HoldAsync(CancellationToken ct);
}
