using System.Collections.Concurrent;
using Hpc.HttpApi.Parts;

namespace Hpc.HttpApi.Tests;

internal sealed class MemoryQuotas : IQuotaOperations
{
    public ConcurrentDictionary<string, DateTimeOffset> Running { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Changes { get; } = [];

    /// <summary>Scopes that cannot be counted.</summary>
    public ConcurrentDictionary<string, ScanStart> Refused { get; } = new(StringComparer.Ordinal);

    public ValueTask<IReadOnlyList<RunningScan>> ListScansAsync(CancellationToken ct) => new([.. Running.Select(scan => new RunningScan(scan.Key, scan.Value))]);

    public ValueTask<ScanStart> StartScanAsync(string scope, CancellationToken ct) =>
        new(Refused.TryGetValue(scope, out ScanStart refusal) ? refusal : Running.TryAdd(scope, DateTimeOffset.UnixEpoch.AddSeconds(5)) ? ScanStart.Started : ScanStart.AlreadyRunning);

    public ValueTask ChangeAsync(string scope, bool isAdded, long? files, long? bytes, long? uploaded, long? downloaded, CancellationToken ct)
    {
        Changes.Enqueue($"{scope} {(isAdded ? "add" : "set")} {files}/{bytes}/{uploaded}/{downloaded}");
        return ValueTask.CompletedTask;
    }
}
