using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Data;

/// <summary>Where everything is kept that outlives the server. Made closed; <see cref="OpenAsync"/> before anything else.</summary>
public interface IDataProvider : IAsyncDisposable
{
    /// <summary>Name of the driver: <c>sqlite</c>, <c>postgresql</c>, <c>cockroachdb</c>, <c>mysql</c>, <c>keyvalue</c>, <c>memory</c>.</summary>
    string Driver { get; }

    /// <summary>True if several nodes may use it at once.</summary>
    bool IsShared { get; }

    /// <summary>Newest version of the schema that this program knows.</summary>
    int NewestSchema { get; }

    /// <summary>The objects.</summary>
    IObjectStore Objects { get; }

    /// <summary>Numbers about them.</summary>
    IActivityStore Activity { get; }

    /// <summary>Values with an end.</summary>
    IEphemeralStore Ephemeral { get; }

    /// <summary>What users and folders have in use, where it is kept here for all nodes together; null where each node keeps it for itself.</summary>
    IUsageStore? Usage => null;

    /// <summary>
    /// Connects. With <see cref="SchemaUpdate.Automatic"/> it makes and brings up to date the schema, behind a lock: of several nodes that start at once, one does it and the others wait.
    /// </summary>
    /// <exception cref="DataProviderException">It cannot be reached, its schema is too new, or (with <see cref="SchemaUpdate.Never"/>) missing or too old; the message says what to do.</exception>
    ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct);

    /// <summary>Version of the schema that is there; 0 if there is none.</summary>
    ValueTask<int> GetSchemaAsync(CancellationToken ct);

    /// <summary>What going to an older version of the schema would lose; nothing if it holds all that is there.</summary>
    ValueTask<IReadOnlyList<SchemaLoss>> ListLossesAsync(int version, CancellationToken ct) => ValueTask.FromResult<IReadOnlyList<SchemaLoss>>([]);

    /// <summary>Brings the schema up or down to a version, behind the same lock. Not opened before; does not open it.</summary>
    /// <exception cref="DataProviderException">There is no such version, or it cannot be gone back to.</exception>
    ValueTask MigrateAsync(int version, CancellationToken ct);

    /// <summary>Removes everything.</summary>
    ValueTask ResetAsync(CancellationToken ct);

    /// <summary>Throws if it does not work now.</summary>
    ValueTask PingAsync(CancellationToken ct);
}
