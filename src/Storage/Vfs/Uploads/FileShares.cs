using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>The counts that files of one mount are in for one user: what is taken is taken in all of them or in none.</summary>
internal sealed class FileShares
{
    // Another session may take what was just reserved; more often than this in a row it counts as used up.
    private const int MaxReservations = 8;

    // The counts never change, and their order does not; their limits do, by exchanging the whole.
    private QuotaShare[] _shares;

    private FileShares(QuotaShare[] shares) => _shares = shares;

    /// <summary>No count at all.</summary>
    public static FileShares None { get; } = new([]);

    public bool IsEmpty => _shares.Length == 0;

    public ReadOnlySpan<QuotaShare> All => _shares;

    public static FileShares Of(IReadOnlyList<QuotaShare> shares) => shares.Count == 0 ? None : new FileShares([.. shares]);

    /// <summary>True if others count where these do not.</summary>
    public bool LackAnyOf(FileShares others) =>
        others._shares.Any(other => !Array.Exists(_shares, share => ReferenceEquals(share.Ledger, other.Ledger)));

    /// <summary>Takes over the limits that others have for the same counts; a count that they are not in limits nothing any more.</summary>
    public void Follow(FileShares others)
    {
        if (IsEmpty)
        {
            return;
        }

        QuotaShare[] found = others._shares;
        Volatile.Write(ref _shares, [.. _shares.Select(share => LimitedAs(share, Array.Find(found, other => ReferenceEquals(other.Ledger, share.Ledger))))]);
    }

    private static QuotaShare LimitedAs(QuotaShare share, QuotaShare? other) =>
        share with { MaxBytes = other?.MaxBytes ?? 0, MaxFiles = other?.MaxFiles ?? 0 };

    /// <summary>Takes bytes in every count, or in none.</summary>
    public TakeOutcome TryTakeBytes(long bytes) => TryTake(bytes, 0);

    public TakeOutcome TryTake(long bytes, long files)
    {
        QuotaShare[] shares = Volatile.Read(ref _shares);
        for (int i = 0; i < shares.Length; i++)
        {
            QuotaShare share = shares[i];
            TakeOutcome outcome = bytes > 0 ? share.Ledger.Bytes.TryTake(bytes, share.MaxBytes) : TakeOutcome.Taken;
            if (outcome == TakeOutcome.Taken && files > 0)
            {
                outcome = share.Ledger.Files.TryTake(files, share.MaxFiles);
                if (outcome != TakeOutcome.Taken && bytes > 0)
                {
                    share.Ledger.Bytes.Give(bytes);
                }
            }

            if (outcome != TakeOutcome.Taken)
            {
                GiveFirst(i, bytes, files);
                return outcome;
            }
        }

        return TakeOutcome.Taken;
    }

    /// <summary>Takes, after reserving if this node has to.</summary>
    public async ValueTask<StorageError> TakeAsync(long bytes, long files, CancellationToken ct)
    {
        for (int i = 0; i < MaxReservations; i++)
        {
            switch (TryTake(bytes, files))
            {
                case TakeOutcome.Taken:
                    return StorageError.None;
                case TakeOutcome.LimitReached:
                    return StorageError.QuotaExceeded;
            }

            StorageError error = await ReserveAsync(bytes, files, ct).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                return error;
            }
        }

        return StorageError.QuotaExceeded;
    }

    /// <summary>Reserves in every count, so that taking can succeed.</summary>
    public async ValueTask<StorageError> ReserveAsync(long bytes, long files, CancellationToken ct)
    {
        foreach (QuotaShare share in _shares)
        {
            var need = new UsageNeed { Bytes = bytes, Files = files, MaxBytes = share.MaxBytes, MaxFiles = share.MaxFiles };
            StorageResult reserved = await share.Ledger.ReserveAsync(need, ct).ConfigureAwait(false);
            if (!reserved.IsSuccess)
            {
                return reserved.Error;
            }
        }

        return StorageError.None;
    }

    public void Give(long bytes, long files) => GiveFirst(_shares.Length, bytes, files);

    /// <summary>Corrects by what was found in the end, more or less than was taken.</summary>
    public void Correct(long bytes)
    {
        if (bytes < 0)
        {
            Give(-bytes, 0);
            return;
        }

        foreach (QuotaShare share in _shares)
        {
            share.Ledger.Bytes.Add(bytes);
        }
    }

    /// <summary>A name is being changed, which a walk of the tree may miss; told before and after it.</summary>
    public void NoteMove()
    {
        foreach (QuotaShare share in _shares)
        {
            share.Ledger.NoteMove();
        }
    }

    /// <summary>A temporary stayed that should have been removed.</summary>
    public void NoteLeftOver()
    {
        foreach (QuotaShare share in _shares)
        {
            share.Ledger.NoteLeftOver();
        }
    }

    private void GiveFirst(int count, long bytes, long files)
    {
        foreach (QuotaShare share in _shares.AsSpan(0, count))
        {
            if (bytes > 0)
            {
                share.Ledger.Bytes.Give(bytes);
            }

            if (files > 0)
            {
                share.Ledger.Files.Give(files);
            }
        }
    }
}
