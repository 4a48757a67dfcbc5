namespace Hpc.Storage.Vfs.Uploads;

/// <summary>
/// Serialises what changes names or says which files are open for writing, in one scope: so what is counted of a file that is replaced or deleted is what it had.
/// Writes do not take it, and who holds it waits for nothing but the backend's names: for writes under way and for the store it is left (<see cref="NameWait"/>).
/// Two are taken in the order of their scopes.
/// </summary>
#pragma warning disable CA1001 // A semaphore that nobody waits for by handle holds nothing to let go of.
internal sealed class NameLock
#pragma warning restore CA1001
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _semaphore = new(1, 1);

    /// <summary>Waits for the lock; what it returns does not hold it if the wait was cancelled or took too long.</summary>
    /// <param name="ct">Gives up. What cannot be cancelled, the end of an upload, waits as long as it takes.</param>
    public async ValueTask<Hold> EnterAsync(CancellationToken ct)
    {
        try
        {
            bool isEntered = await _semaphore.WaitAsync(ct.CanBeCanceled ? LongestWait : Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false);
            return isEntered ? new Hold(this) : new Hold(StorageError.Busy);
        }
        catch (OperationCanceledException)
        {
            return new Hold(StorageError.Cancelled);
        }
    }

    /// <summary>What leaves the lock again.</summary>
    public readonly struct Hold : IDisposable
    {
        private readonly NameLock? _owner;

        public Hold(NameLock owner) => _owner = owner;

        public Hold(StorageError error) => Error = error;

        public bool IsHeld => _owner is not null;

        /// <summary>Why it is not held.</summary>
        public StorageError Error { get; }

        /// <summary>Nothing to leave: for where one lock is as good as two.</summary>
        public static Hold Nothing => default;

        public void Dispose() => _owner?._semaphore.Release();
    }
}
