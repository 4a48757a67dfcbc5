using Hpc.Accounts.Data;

namespace Hpc.HttpApi.Tests;

/// <summary>A data provider that does something of the test's before small values are removed.</summary>
internal sealed class HookedProvider(IDataProvider inner) : IDataProvider, IEphemeralStore
{
    /// <summary>Is told the name of each value right before it is removed.</summary>
    public Func<string, Task>? Removing { get; set; }

    public string Driver => inner.Driver;

    public bool IsShared => inner.IsShared;

    public int NewestSchema => inner.NewestSchema;

    public IObjectStore Objects => inner.Objects;

    public IActivityStore Activity => inner.Activity;

    public IEphemeralStore Ephemeral => this;

    public ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct) => inner.OpenAsync(update, ct);

    public ValueTask<int> GetSchemaAsync(CancellationToken ct) => inner.GetSchemaAsync(ct);

    public ValueTask MigrateAsync(int version, CancellationToken ct) => inner.MigrateAsync(version, ct);

    public ValueTask ResetAsync(CancellationToken ct) => inner.ResetAsync(ct);

    public ValueTask PingAsync(CancellationToken ct) => inner.PingAsync(ct);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public ValueTask<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken ct) => inner.Ephemeral.FindAsync(name, ct);

    public ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) => inner.Ephemeral.PutAsync(name, value, expiresAt, ct);

    public ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) => inner.Ephemeral.TryAddAsync(name, value, expiresAt, ct);

    public async ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct)
    {
        if (Removing is { } removing)
        {
            await removing(name);
        }

        return await inner.Ephemeral.TryRemoveAsync(name, ct);
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken ct) => inner.Ephemeral.ListAsync(prefix, after, limit, ct);

    public ValueTask PurgeAsync(CancellationToken ct) => inner.Ephemeral.PurgeAsync(ct);
}
