using Hpc.Accounts.Usage;
using Hpc.Storage;

namespace Hpc.Actors.Limits;

/// <summary>What the store says of a scope while its files are walked, looked at once a second.</summary>
internal sealed class SharedFigures(IUsageStore store, string scope, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Files and bytes before the walk.</summary>
    public UsageAmount First { get; private set; }

    /// <summary>The most of each that was seen.</summary>
    public UsageAmount Most { get; private set; }

    /// <summary>When the scope was counted last, before the walk.</summary>
    public DateTimeOffset? ScannedAt { get; private set; }

    /// <summary>True if they were the same all the while, and nobody corrected them.</summary>
    public bool WereSteady { get; private set; }

    /// <summary>Does the work, and looks until so long after it as is chosen then.</summary>
    public async ValueTask<StorageResult> DuringAsync(
        Func<CancellationToken, ValueTask<StorageResult>> work, Func<CancellationToken, ValueTask<TimeSpan>> chooseWait, CancellationToken ct)
    {
        (First, ScannedAt) = await ReadAsync(ct).ConfigureAwait(false);
        Most = First;
        WereSteady = true;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task looking = LookAsync(stop.Token);
        try
        {
            StorageResult result = await work(ct).ConfigureAwait(false);
            if (!result.IsSuccess)
            {
                return result;
            }

            TimeSpan wait = await chooseWait(ct).ConfigureAwait(false);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, ct).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!looking.IsCanceled)
        {
            await looking.ConfigureAwait(false);
        }

        await CompareAsync(ct).ConfigureAwait(false);
        return StorageResult.Success;
    }

    private async Task LookAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(Period, time, ct).ConfigureAwait(false);
            await CompareAsync(ct).ConfigureAwait(false);
        }
    }

    private async ValueTask CompareAsync(CancellationToken ct)
    {
        (UsageAmount now, DateTimeOffset? scannedAt) = await ReadAsync(ct).ConfigureAwait(false);
        WereSteady &= now == First && scannedAt == ScannedAt;
        Most = Most.Zip(now, Math.Max);
    }

    private async ValueTask<(UsageAmount Used, DateTimeOffset? ScannedAt)> ReadAsync(CancellationToken ct)
    {
        UsageRecord? record = await store.FindAsync(scope, ct).ConfigureAwait(false);
        return record is null ? default : (record.Used with { Uploaded = 0, Downloaded = 0 }, record.ScannedAt);
    }
}
