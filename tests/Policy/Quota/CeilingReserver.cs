using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Policy.Tests.Quota;

/// <summary>A store with one node: what the limit leaves is reserved a little at a time, so that every way through the reservation is taken.</summary>
internal sealed class CeilingReserver : IUsageReserver
{
    private const long Step = 64;

    public ValueTask<StorageResult> ReserveAsync(UsageLedger ledger, UsageNeed need, CancellationToken ct)
    {
        bool fits = Raise(ledger.Bytes, need.Bytes, need.MaxBytes) & Raise(ledger.Files, need.Files, need.MaxFiles);
        return ValueTask.FromResult<StorageResult>(fits ? StorageError.None : StorageError.QuotaExceeded);
    }

    private static bool Raise(UsageCounter counter, long need, long limit)
    {
        long wanted = counter.Value + need;
        if (limit > 0 && wanted > limit)
        {
            return false;
        }

        counter.SetCeiling(Math.Max(counter.Ceiling, limit > 0 ? Math.Min(wanted + Step, limit) : wanted + Step));
        return true;
    }
}
