using Hpc.Accounts.Data;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Services;

/// <summary>What is in use, as objects show it.</summary>
internal static class UsageNumbers
{
    private static readonly IReadOnlyDictionary<string, UsageRecord> None = new Dictionary<string, UsageRecord>();

    public static async ValueTask<IReadOnlyDictionary<string, UsageRecord>> FindAsync(ServiceEnvironment services, IEnumerable<string> scopes, CancellationToken ct)
    {
        if (services.Usage is not { } usage)
        {
            return None;
        }

        string[] all = [.. scopes.Distinct(StringComparer.Ordinal)];
        if (all.Length <= IObjectStore.MaxPage)
        {
            return all.Length == 0 ? None : await usage.FindAsync(all, ct).ConfigureAwait(false);
        }

        var found = new Dictionary<string, UsageRecord>(StringComparer.Ordinal);
        foreach (string[] chunk in all.Chunk(IObjectStore.MaxPage))
        {
            foreach ((string scope, UsageRecord record) in await usage.FindAsync(chunk, ct).ConfigureAwait(false))
            {
                found[scope] = record;
            }
        }

        return found;
    }

    // Changes of what was never counted may sum up below nothing.
    public static long Files(UsageRecord? record) => Math.Max(0, record?.Used.Files ?? 0);

    public static long Bytes(UsageRecord? record) => Math.Max(0, record?.Used.Bytes ?? 0);

    public static long Uploaded(UsageRecord? record) => Math.Max(0, record?.Used.Uploaded ?? 0);

    public static long Downloaded(UsageRecord? record) => Math.Max(0, record?.Used.Downloaded ?? 0);

    public static long LastUpdate(UsageRecord? record) => record?.ScannedAt?.ToUnixTimeMilliseconds() ?? 0;
}
