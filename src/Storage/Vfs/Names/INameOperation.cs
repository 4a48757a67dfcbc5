namespace Hpc.Storage.Vfs.Names;

/// <summary>
/// One operation on one path or two. What all have in common (places, links, events) is in <see cref="UserFileSystem"/>, which runs it again where a link led elsewhere.
/// Implemented by structs, so that an operation allocates nothing of its own.
/// </summary>
/// <typeparam name="TAnswer">What the backend answers.</typeparam>
/// <typeparam name="TResult">What the caller gets.</typeparam>
internal interface INameOperation<TAnswer, TResult>
    where TAnswer : struct, IStorageOutcome<TAnswer>
    where TResult : struct, IStorageOutcome<TResult>
{
    OperationTraits Traits { get; }

    /// <summary>Whether it may be; asked of the paths as written, and again of where their links lead.</summary>
    /// <param name="entry">The first path.</param>
    /// <param name="other">The second; default for an operation on one.</param>
    StorageError Judge(in Location entry, in Location other);

    ValueTask<TAnswer> RunAsync(in Location entry, in Location other, CancellationToken ct);

    /// <summary>The result of an answer; not asked where it was refused before.</summary>
    TResult Conclude(TAnswer answer, in Location entry, in Location other);

    /// <summary>Adds to the event what is this operation's alone.</summary>
    FileEvent Describe(in FileEvent told, in TAnswer answer);
}
