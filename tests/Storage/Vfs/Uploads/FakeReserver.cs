using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>Raises ceilings by a step at a time, as far as the limits allow: a control plane with one node.</summary>
internal sealed class FakeReserver(long step = 1 << 20) : IUsageReserver
{
    private readonly Lock _lock = new();
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Runs before each answer.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public async ValueTask<StorageResult> ReserveAsync(UsageLedger ledger, UsageNeed need, CancellationToken ct)
    {
        Interlocked.Increment(ref _calls);
        await Before();
        lock (_lock)
        {
            long moved = need.Uploaded + need.Downloaded;
            bool fits = Fits(ledger.Bytes, need.Bytes, need.MaxBytes)
                && Fits(ledger.Files, need.Files, need.MaxFiles)
                && Fits(ledger.Uploaded, need.Uploaded, need.MaxUploaded)
                && Fits(ledger.Downloaded, need.Downloaded, need.MaxDownloaded)
                && Fits(ledger.Transferred, moved, need.MaxTransferred);
            if (!fits)
            {
                return StorageError.QuotaExceeded;
            }

            Raise(ledger.Bytes, need.Bytes, need.MaxBytes);
            Raise(ledger.Files, need.Files, need.MaxFiles);
            Raise(ledger.Uploaded, need.Uploaded, need.MaxUploaded);
            Raise(ledger.Downloaded, need.Downloaded, need.MaxDownloaded);
            Raise(ledger.Transferred, moved, need.MaxTransferred);
            return StorageResult.Success;
        }
    }

    public ValueTask<StorageResult> MarkInUseAsync(UsageLedger ledger, CancellationToken ct)
    {
        ledger.SetInUse(true);
        return new(StorageResult.Success);
    }

    private static bool Fits(UsageCounter counter, long need, long limit) => need == 0 || limit == 0 || counter.Value + need <= limit;

    private void Raise(UsageCounter counter, long need, long limit)
    {
        if (need > 0)
        {
            long wanted = counter.Value + Math.Max(need, step);
            counter.SetCeiling(Math.Max(counter.Ceiling, limit > 0 ? Math.Min(wanted, limit) : wanted));
        }
    }
}
