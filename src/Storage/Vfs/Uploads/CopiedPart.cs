namespace Hpc.Storage.Vfs.Uploads;

/// <summary>What an open file was given by copies on the server.</summary>
/// <param name="source">The file that was copied first, as the user sees it.</param>
internal sealed class CopiedPart(VirtualPath source)
{
    private long _bytes;
    private int _failure;

    public VirtualPath Source => source;

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Why a copy failed, the first time that one did.</summary>
    public StorageError Failure => (StorageError)Volatile.Read(ref _failure);

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Fail(StorageError error) => Interlocked.CompareExchange(ref _failure, (int)error, (int)StorageError.None);
}
