using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>What a user may still move: taken before bytes are moved, given back where they were not. A limit of both ways together stands in for those of each.</summary>
internal sealed class TransferAllowance(TransferQuota quota)
{
    // Another session may take what was just reserved; more often than this in a row it counts as used up.
    private const int MaxReservations = 8;

    private readonly UsageLedger _ledger = quota.Ledger;
    private readonly long _maxUpload = quota.MaxTotal > 0 ? 0 : quota.MaxUpload;
    private readonly long _maxDownload = quota.MaxTotal > 0 ? 0 : quota.MaxDownload;

    public TakeOutcome TryTakeUpload(long bytes) => _ledger.TryTakeUpload(bytes, _maxUpload, quota.MaxTotal);

    public TakeOutcome TryTakeDownload(long bytes) => _ledger.TryTakeDownload(bytes, _maxDownload, quota.MaxTotal);

    public void GiveUpload(long bytes)
    {
        if (bytes > 0)
        {
            _ledger.GiveUpload(bytes);
        }
    }

    public void GiveDownload(long bytes)
    {
        if (bytes > 0)
        {
            _ledger.GiveDownload(bytes);
        }
    }

    public ValueTask<StorageError> TakeUploadAsync(long bytes, CancellationToken ct) => TakeAsync(bytes, isUpload: true, ct);

    public ValueTask<StorageError> TakeDownloadAsync(long bytes, CancellationToken ct) => TakeAsync(bytes, isUpload: false, ct);

    private async ValueTask<StorageError> TakeAsync(long bytes, bool isUpload, CancellationToken ct)
    {
        var need = new UsageNeed
        {
            Uploaded = isUpload ? bytes : 0,
            Downloaded = isUpload ? 0 : bytes,
            MaxUploaded = _maxUpload,
            MaxDownloaded = _maxDownload,
            MaxTransferred = quota.MaxTotal,
        };

        for (int i = 0; i < MaxReservations; i++)
        {
            switch (isUpload ? TryTakeUpload(bytes) : TryTakeDownload(bytes))
            {
                case TakeOutcome.Taken:
                    return StorageError.None;
                case TakeOutcome.LimitReached:
                    return StorageError.QuotaExceeded;
            }

            StorageResult reserved = await _ledger.ReserveAsync(need, ct).ConfigureAwait(false);
            if (!reserved.IsSuccess)
            {
                return reserved.Error;
            }
        }

        return StorageError.QuotaExceeded;
    }
}
