namespace Hpc.Storage;

/// <summary>One operation on files that has ended, well or not. Every operation of every protocol makes exactly one.</summary>
public readonly record struct FileEvent
{
    /// <summary>Who did it.</summary>
    public required FileEventSource Source { get; init; }

    /// <summary>What was done.</summary>
    public required FileEventKind Kind { get; init; }

    /// <summary>The path as the user sees it.</summary>
    public required VirtualPath Path { get; init; }

    /// <summary>The other path of a rename, link or copy.</summary>
    public VirtualPath? Target { get; init; }

    /// <summary>Size in bytes as <see cref="Kind"/> says; -1 where it means nothing.</summary>
    public long Size { get; init; }

    /// <summary>What was set by <see cref="FileEventKind.ChangeMode"/>, <see cref="FileEventKind.ChangeOwner"/> and <see cref="FileEventKind.ChangeTimes"/>.</summary>
    public AttributeChanges Changes { get; init; }

    /// <summary>From the request to its end; of a transfer from open to close.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How it ended; <see cref="StorageError.None"/> is success. A transfer that its peer gave up is <see cref="StorageError.Cancelled"/>.</summary>
    public StorageError Outcome { get; init; }
}
