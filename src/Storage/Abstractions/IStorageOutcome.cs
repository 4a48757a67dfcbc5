namespace Hpc.Storage;

/// <summary>What the outcomes of operations have in common, so that what holds for all operations is written once.</summary>
/// <typeparam name="TSelf">The outcome itself.</typeparam>
public interface IStorageOutcome<TSelf>
    where TSelf : struct, IStorageOutcome<TSelf>
{
    /// <summary>Why it failed; <see cref="StorageError.None"/> on success.</summary>
    StorageError Error { get; }

    /// <summary>A failed outcome.</summary>
    static abstract TSelf Failed(StorageError error);
}
