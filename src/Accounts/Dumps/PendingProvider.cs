using Hpc.Accounts.Data;

namespace Hpc.Accounts.Dumps;

/// <summary>A data provider with other objects. It is neither opened nor closed.</summary>
internal sealed class PendingProvider(IDataProvider provider, PendingObjects objects) : IDataProvider
{
    public string Driver => provider.Driver;

    public bool IsShared => provider.IsShared;

    public int NewestSchema => provider.NewestSchema;

    public IObjectStore Objects => objects;

    public IActivityStore Activity => provider.Activity;

    public IEphemeralStore Ephemeral => provider.Ephemeral;

    public ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct) => throw Unsupported();

    public ValueTask<int> GetSchemaAsync(CancellationToken ct) => provider.GetSchemaAsync(ct);

    public ValueTask MigrateAsync(int version, CancellationToken ct) => throw Unsupported();

    public ValueTask ResetAsync(CancellationToken ct) => throw Unsupported();

    public ValueTask PingAsync(CancellationToken ct) => provider.PingAsync(ct);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static InvalidOperationException Unsupported() => new("A dump is loaded into a data provider that is open.");
}
