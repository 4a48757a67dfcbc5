namespace Hpc.Storage.Vfs.Usage;

/// <summary>Raises the ceilings of ledgers: the control plane.</summary>
public interface IUsageReserver
{
    /// <summary>
    /// Reserves at least <paramref name="need"/>, so that taking it can succeed. <see cref="StorageError.QuotaExceeded"/> if what all nodes have used and reserved leaves no room,
    /// another error if the store cannot be asked.
    /// </summary>
    ValueTask<StorageResult> ReserveAsync(UsageLedger ledger, UsageNeed need, CancellationToken ct);

    /// <summary>Has the store note that files of the ledger's scope are being changed; an error if it cannot be asked.</summary>
    ValueTask<StorageResult> MarkInUseAsync(UsageLedger ledger, CancellationToken ct) => ReserveAsync(ledger, default, ct);
}
