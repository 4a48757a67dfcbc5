using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;

namespace Hpc.Server.Provision;

/// <summary>What is in use, from the usage store; changes go through the server's ledgers while one runs.</summary>
internal sealed class StoreUsageFigures(IUsageStore store, TimeProvider time) : IUsageFigures
{
    /// <summary>How a change is made; the store's own way unless a server runs in this process.</summary>
    public Func<UsageAdjustment, CancellationToken, ValueTask> Adjust { get; set; } = store.AdjustAsync;

    public async ValueTask<IReadOnlyDictionary<string, UsageRecord>> FindAsync(IReadOnlyCollection<string> scopes, CancellationToken ct)
    {
        var found = new Dictionary<string, UsageRecord>(StringComparer.Ordinal);
        foreach (string scope in scopes)
        {
            if (await store.FindAsync(scope, ct).ConfigureAwait(false) is { } record)
            {
                found[scope] = record;
            }
        }

        return found;
    }

    public async ValueTask DeleteAsync(string scope, CancellationToken ct) => await store.DeleteAsync(scope, ct).ConfigureAwait(false);

    public ValueTask SetAsync(string scope, long? files, long? bytes, long? uploaded, long? downloaded, CancellationToken ct) =>
        Adjust(new UsageAdjustment(scope, IsAdded: false, files, bytes, uploaded, downloaded, time.GetUtcNow()), ct);
}
