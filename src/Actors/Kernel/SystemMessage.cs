namespace Hpc.Actors.Kernel;

internal enum SystemMessageKind
{
    Start,
    Stop,
    Restart,
    Resume,
    Fault,
    ChildFailed,
    ChildTerminated,
    Watch,
    Terminated,
}

/// <summary>What the kernel tells a cell, in a lane of its own before the mailbox. Bounded by what causes them: a few per child, watcher and failure.</summary>
internal sealed class SystemMessage(SystemMessageKind kind, ActorCell? subject = null, Exception? error = null, Message? message = null)
{
    public SystemMessage? Next;

    public SystemMessageKind Kind { get; } = kind;

    public ActorCell? Subject { get; } = subject;

    public Exception? Error { get; } = error;

    public Message? Message { get; } = message;
}
