namespace Hpc.Storage.Vfs.Names;

/// <summary>Tells the events of one protocol of a session; without a sink nothing is measured and nothing is made.</summary>
/// <param name="source">Who it is.</param>
/// <param name="sink">Takes them; null for nobody.</param>
/// <param name="time">The clock.</param>
/// <param name="tellsFailures">False for attempts that may fail.</param>
internal sealed class FileEvents(FileEventSource source, IFileEventSink? sink, TimeProvider time, bool tellsFailures = true)
{
    /// <summary>Whether anybody listens.</summary>
    public bool AreTold => sink is not null;

    /// <summary>When an operation begins; for <see cref="Make"/>.</summary>
    public long Start() => sink is null ? 0 : time.GetTimestamp();

    /// <summary>What is known of every event.</summary>
    public FileEvent Make(FileEventKind kind, VirtualPath path, VirtualPath? target, long startedAt, StorageError outcome) => new()
    {
        Source = source,
        Kind = kind,
        Path = path,
        Target = target,
        Size = -1,
        Elapsed = time.GetElapsedTime(startedAt),
        Outcome = outcome,
    };

    /// <summary>Tells an event.</summary>
    public void Tell(in FileEvent fileEvent)
    {
        if (tellsFailures || fileEvent.Outcome == StorageError.None)
        {
            sink?.Publish(fileEvent);
        }
    }
}
