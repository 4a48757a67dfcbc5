using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Tests.Services;

internal sealed class MemoryUsageFigures : IUsageFigures
{
    public Dictionary<string, UsageRecord> Records { get; } = [];

    public int Queries { get; private set; }

    public ValueTask<IReadOnlyDictionary<string, UsageRecord>> FindAsync(IReadOnlyCollection<string> scopes, CancellationToken ct)
    {
        Queries++;
        return new(Records.Where(pair => scopes.Contains(pair.Key)).ToDictionary());
    }

    public ValueTask DeleteAsync(string scope, CancellationToken ct)
    {
        Records.Remove(scope);
        return ValueTask.CompletedTask;
    }

    public ValueTask SetAsync(string scope, long? files, long? bytes, long? uploaded, long? downloaded, CancellationToken ct)
    {
        Records[scope] = new() { Scope = scope, Used = new(files ?? 0, bytes ?? 0, uploaded ?? 0, downloaded ?? 0), ScannedAt = DateTimeOffset.UnixEpoch.AddDays(1) };
        return ValueTask.CompletedTask;
    }
}
