using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.HttpApi.Tests;

/// <summary>Lets counters go as far as the limits allow, at once.</summary>
internal sealed class GenerousReserver : IUsageReserver
{
    public ValueTask<StorageResult> ReserveAsync(UsageLedger ledger, UsageNeed need, CancellationToken ct)
    {
        long moved = need.Uploaded + need.Downloaded;
        bool fits = Raise(ledger.Bytes, need.Bytes, need.MaxBytes)
            & Raise(ledger.Files, need.Files, need.MaxFiles)
            & Raise(ledger.Uploaded, need.Uploaded, need.MaxUploaded)
            & Raise(ledger.Downloaded, need.Downloaded, need.MaxDownloaded)
            & Raise(ledger.Transferred, moved, need.MaxTransferred);
        return new(fits ? StorageResult.Success : StorageError.QuotaExceeded);
    }

    public ValueTask<StorageResult> MarkInUseAsync(UsageLedger ledger, CancellationToken ct)
    {
        ledger.SetInUse(true);
        return new(StorageResult.Success);
    }

    private static bool Raise(UsageCounter counter, long need, long limit)
    {
        if (need > 0)
        {
            counter.SetCeiling(limit > 0 ? limit : long.MaxValue / 4);
        }

        return need == 0 || limit == 0 || counter.Value + need <= limit;
    }
}
