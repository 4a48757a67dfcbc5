using Hpc.Accounts.Data;
using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Dumps;

/// <summary>What follows once the objects of a dump are stored. Nothing of it undoes the load: what fails is a warning.</summary>
internal sealed class DumpFinish(ServiceEnvironment services, DumpLoadOptions options, ILogger logger)
{
    private const int MaxWarnings = 20;

    private readonly List<string> _warnings = [];

    public async ValueTask<IReadOnlyList<string>> RunAsync(DumpAftermath aftermath, CancellationToken ct)
    {
        // The objects are stored; who gave up waiting leaves no half of the rest behind.
        await TryAsync("last logins and uses", () => SetActivityAsync(aftermath, CancellationToken.None)).ConfigureAwait(false);
        await TryAsync("what is in use", () => SetUsageAsync(aftermath, CancellationToken.None)).ConfigureAwait(false);
        if (options is { Mode: DumpMode.AddUpdateAndDisconnect, Disconnect: { } disconnect })
        {
            foreach (string user in aftermath.UpdatedUsers)
            {
                await TryAsync($"ending the sessions of {user}", async () => await disconnect(user, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }

        if (options is { QuotaScan: not DumpQuotaScan.None, Scan: { } scan })
        {
            foreach ((string scope, _) in aftermath.Scopes.Where(one => options.QuotaScan == DumpQuotaScan.All || one.HasLimits))
            {
                await TryAsync($"counting {scope}", async () => await scan(scope, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }

        return _warnings;
    }

    private async Task SetActivityAsync(DumpAftermath aftermath, CancellationToken ct)
    {
        foreach ((ObjectKey Key, ActivityField Field, long Value)[] page in aftermath.Activity.Chunk(IObjectStore.MaxPage))
        {
            await services.Provider.Activity.SetAsync(page, ct).ConfigureAwait(false);
        }

        foreach ((ObjectKey key, long value) in aftermath.LastUses)
        {
            await services.Provider.Activity.RaiseAsync(key, ActivityField.LastUse, value, ct).ConfigureAwait(false);
        }
    }

    private async Task SetUsageAsync(DumpAftermath aftermath, CancellationToken ct)
    {
        if (services.Usage is not { } usage)
        {
            return;
        }

        string[] old = [.. aftermath.Usage.Where(static one => !one.IsNew).Select(static one => one.Scope)];
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (string[] page in old.Chunk(IObjectStore.MaxPage))
        {
            IReadOnlyDictionary<string, UsageRecord> records = await usage.FindAsync(page, ct).ConfigureAwait(false);
            known.UnionWith(records.Keys);
        }

        foreach ((string scope, _, long? files, long? bytes, long? uploaded, long? downloaded) in aftermath.Usage.Where(one => !known.Contains(one.Scope)))
        {
            await usage.SetAsync(scope, files, bytes, uploaded, downloaded, ct).ConfigureAwait(false);
        }
    }

    private async ValueTask TryAsync(string what, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The dump is loaded; what is missing is told.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            DumpsLog.NotFinished(logger, exception, what);
            if (_warnings.Count < MaxWarnings)
            {
                _warnings.Add($"After the dump was loaded, this failed: {what}.");
            }
        }
    }
}
