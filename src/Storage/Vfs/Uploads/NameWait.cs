namespace Hpc.Storage.Vfs.Uploads;

/// <summary>
/// What an operation under the names' lock has to wait for without it, to be tried again after that: writes of a file that it ends,
/// which may take as long as a disk or a network does, or room that the store has to give.
/// </summary>
internal sealed class NameWait : IDisposable
{
    // Others may get in between each time; then it is answered as busy.
    private const int MaxWaits = 8;

    private TrackedFile? _held;
    private TrackedFile? _busy;
    private FileShares? _shares;
    private long _bytes;
    private long _files;
    private int _waits;
    private bool _isOver;
    private StorageError _failure = StorageError.Busy;

    /// <summary>The operation was not done: it has to leave the lock, wait and begin again.</summary>
    public bool IsNeeded => _busy is not null || _shares is not null;

    /// <summary>Closes the gate of a file, which stays closed until that of another is, or this is disposed.</summary>
    public StorageError TryClose(TrackedFile file)
    {
        if (ReferenceEquals(_held, file))
        {
            return StorageError.None;
        }

        Dispose();
        if (file.Gate.TryClose())
        {
            _held = file;
            return StorageError.None;
        }

        _busy = _isOver ? null : file;
        return _failure;
    }

    /// <summary>Takes room.</summary>
    public StorageError TryTake(FileShares shares, long bytes, long files)
    {
        switch (shares.TryTake(bytes, files))
        {
            case Usage.TakeOutcome.Taken:
                return StorageError.None;
            case Usage.TakeOutcome.LimitReached:
                return StorageError.QuotaExceeded;
        }

        if (!_isOver)
        {
            (_shares, _bytes, _files) = (shares, bytes, files);
        }

        return _failure;
    }

    /// <summary>
    /// Waits, if that is needed, and says whether to begin again. Called without the lock: who holds a gate may wait for the lock, and nobody the other way round.
    /// After a wait in vain there is one more attempt, which is told why.
    /// </summary>
    public async ValueTask<bool> WaitAsync(CancellationToken ct)
    {
        (TrackedFile? busy, FileShares? shares) = (_busy, _shares);
        (_busy, _shares) = (null, null);
        _isOver = ++_waits >= MaxWaits;
        if (busy is not null)
        {
            if (await busy.Gate.CloseAsync(ct).ConfigureAwait(false))
            {
                _held = busy;
            }
            else
            {
                GiveUp(ct.IsCancellationRequested ? StorageError.Cancelled : StorageError.Busy);
            }
        }
        else if (shares is not null)
        {
            Dispose();
            StorageError error = await shares.ReserveAsync(_bytes, _files, ct).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                GiveUp(error);
            }
        }

        return busy is not null || shares is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _held?.Gate.Open();
        _held = null;
    }

    private void GiveUp(StorageError why) => (_isOver, _failure) = (true, why);
}
