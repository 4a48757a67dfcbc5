using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>The scans that are running: one of a scope at a time.</summary>
internal sealed class UsageScans
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, UsageScan> _running = new(StringComparer.Ordinal);

    public IReadOnlyList<UsageScan> List()
    {
        lock (_gate)
        {
            return [.. _running.Values.OrderBy(scan => scan.StartedAt)];
        }
    }

    public bool TryBegin(string scope, DateTimeOffset now, bool isRecovery)
    {
        lock (_gate)
        {
            return _running.TryAdd(scope, new UsageScan(scope, now, 0, 0, isRecovery));
        }
    }

    public void Report(string scope, TreeCount count)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(scope, out UsageScan? scan))
            {
                _running[scope] = scan with { Files = count.Files, Bytes = count.Bytes };
            }
        }
    }

    public void End(string scope)
    {
        lock (_gate)
        {
            _running.Remove(scope);
        }
    }
}
