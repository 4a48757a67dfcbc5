using Hpc.Accounts.Usage;

namespace Hpc.HttpApi.Parts;

/// <summary>What is in use, and counting it again. An exception means that the store does not work.</summary>
public interface IQuotaOperations
{
    /// <summary>Counts that run now.</summary>
    ValueTask<IReadOnlyList<RunningScan>> ListScansAsync(CancellationToken ct);

    /// <summary>Begins to count the files of a scope (see <see cref="UsageScope"/>) and returns at once.</summary>
    ValueTask<ScanStart> StartScanAsync(string scope, CancellationToken ct);

    /// <summary>Sets what is in use (<paramref name="isAdded"/> false) or adds to it, never below 0; null leaves a number as it is.</summary>
    ValueTask ChangeAsync(string scope, bool isAdded, long? files, long? bytes, long? uploaded, long? downloaded, CancellationToken ct);
}

/// <summary>A count that runs.</summary>
/// <param name="Scope">What is counted.</param>
/// <param name="StartedAt">Since when.</param>
public sealed record RunningScan(string Scope, DateTimeOffset StartedAt);

/// <summary>What became of the wish to count.</summary>
public enum ScanStart
{
    /// <summary>It runs.</summary>
    Started,

    /// <summary>It ran already.</summary>
    AlreadyRunning,

    /// <summary>There is nothing to count there.</summary>
    NotFound,

    /// <summary>The files cannot be reached now; what is known of them stays.</summary>
    FilesUnavailable,

    /// <summary>Nothing is counted on this server, or too many counts run.</summary>
    Unavailable,
}
