namespace Hpc.Storage;

/// <summary>Takes the entries of a directory one by one, from the memory that the backend has them in.</summary>
public interface IDirectoryEntrySink
{
    /// <summary>
    /// Takes an entry (never <c>.</c> or <c>..</c>); false if there is no room for it, and it is the first that is offered by the next read.
    /// The bytes of the name are valid during the call only. Called by one thread at a time, which may be a worker.
    /// </summary>
    bool TryAdd(ReadOnlySpan<byte> name, in EntryAttributes attributes);
}
