namespace Hpc.Storage.Vfs.Usage;

/// <summary>
/// What one scope (a user, a folder) has in use, as this node knows it. All sessions of the node that count in the scope share one ledger.
/// Files and bytes are taken from their counters; what is moved is taken by <see cref="TryTakeUpload"/> and <see cref="TryTakeDownload"/>, which hold the sum too.
/// </summary>
/// <param name="scope">The scope.</param>
/// <param name="reserver">Who raises the ceilings.</param>
/// <param name="fence">Until when what is reserved may be spent; null for ever.</param>
public sealed class UsageLedger(string scope, IUsageReserver reserver, UsageFence? fence = null)
{
    private volatile bool _isInUse;
    private volatile bool _hasLeftOvers;
    private long _moves;

    /// <summary><c>user:NAME</c> or <c>folder:NAME</c>.</summary>
    public string Scope { get; } = scope;

    /// <summary>Bytes of files.</summary>
    public UsageCounter Bytes { get; } = new(fence);

    /// <summary>Files.</summary>
    public UsageCounter Files { get; } = new(fence);

    /// <summary>Bytes uploaded since the last reset.</summary>
    public UsageCounter Uploaded { get; } = new(fence);

    /// <summary>Bytes downloaded since the last reset.</summary>
    public UsageCounter Downloaded { get; } = new(fence);

    /// <summary>Bytes both ways since the last reset: always the sum of the two, so that a limit of the sum is exact whatever goes which way at once.</summary>
    public UsageCounter Transferred { get; } = new(fence);

    /// <summary>
    /// True while the store knows that this node changes files of the scope, so that a crash leaves a note to count them again
    /// and to look for temporaries. Set by the control plane.
    /// </summary>
    public bool IsInUse => _isInUse;

    /// <summary>Takes what is uploaded, all or nothing. On <see cref="TakeOutcome.NeedsReservation"/> reserve with all three limits and try again.</summary>
    /// <param name="amount">At least 0.</param>
    /// <param name="maxUploaded">Most bytes uploaded; 0 is no limit.</param>
    /// <param name="maxTransferred">Most bytes both ways; 0 is no limit.</param>
    public TakeOutcome TryTakeUpload(long amount, long maxUploaded, long maxTransferred) => TryTake(Uploaded, amount, maxUploaded, maxTransferred);

    /// <summary>Takes what is downloaded, all or nothing. On <see cref="TakeOutcome.NeedsReservation"/> reserve with all three limits and try again.</summary>
    /// <param name="amount">At least 0.</param>
    /// <param name="maxDownloaded">Most bytes downloaded; 0 is no limit.</param>
    /// <param name="maxTransferred">Most bytes both ways; 0 is no limit.</param>
    public TakeOutcome TryTakeDownload(long amount, long maxDownloaded, long maxTransferred) => TryTake(Downloaded, amount, maxDownloaded, maxTransferred);

    /// <summary>Gives back what was taken as uploaded and did not arrive.</summary>
    public void GiveUpload(long amount)
    {
        Uploaded.Give(amount);
        Transferred.Give(amount);
    }

    /// <summary>Gives back what was taken as downloaded and was not sent.</summary>
    public void GiveDownload(long amount)
    {
        Downloaded.Give(amount);
        Transferred.Give(amount);
    }

    /// <summary>Reserves at least what is needed; then try to take again. A need of nothing loads the counts.</summary>
    public ValueTask<StorageResult> ReserveAsync(UsageNeed need, CancellationToken ct) => reserver.ReserveAsync(this, need, ct);

    /// <summary>
    /// Has the store note that files of the scope are being changed (<see cref="IsInUse"/>), before the first of them is. Reserving bytes or files does it too;
    /// deletes and uploads to temporaries without a quota need it.
    /// </summary>
    public ValueTask<StorageResult> MarkInUseAsync(CancellationToken ct) => _isInUse ? new(StorageResult.Success) : reserver.MarkInUseAsync(this, ct);

    /// <summary>True once a temporary stayed that should have been removed: the note of the use then outlives the last holder, so that the next start looks for it.</summary>
    public bool HasLeftOvers => _hasLeftOvers;

    /// <summary>A temporary could not be removed.</summary>
    public void NoteLeftOver() => _hasLeftOvers = true;

    /// <summary>How often something in the scope was renamed. A walk that met such a change may have missed a file, or met it twice.</summary>
    public long Moves => Interlocked.Read(ref _moves);

    /// <summary>
    /// Something in the scope is renamed, which changes no count but what a walk meets; to be called before the rename and after it, so that
    /// a walk sees the one or the other whatever it overlaps.
    /// </summary>
    public void NoteMove() => Interlocked.Increment(ref _moves);

    /// <summary>Says whether the store knows of the use; the control plane alone calls it.</summary>
    public void SetInUse(bool isInUse) => _isInUse = isInUse;

    // The sum first: its limit is the one that the other direction could take away in between.
    private TakeOutcome TryTake(UsageCounter way, long amount, long limit, long maxTransferred)
    {
        TakeOutcome outcome = Transferred.TryTake(amount, maxTransferred);
        if (outcome != TakeOutcome.Taken)
        {
            return outcome;
        }

        outcome = way.TryTake(amount, limit);
        if (outcome != TakeOutcome.Taken)
        {
            Transferred.Give(amount);
        }

        return outcome;
    }
}
