using Hpc.Actors.Kernel;
using Hpc.Storage;

namespace Hpc.Actors.Sessions;

internal abstract record UserMessage : Message
{
    public sealed record Open(OpenRequest Request) : UserMessage, IAsk
    {
        public Reply Reply => Request.Reply;
    }

    /// <summary>The files of a session that is being opened, or why there are none.</summary>
    public sealed record FilesOpened(OpenRequest Request, StorageResult<IFileSystem> Files, Exception? Error) : UserMessage, IAsk
    {
        public Reply Reply => Request.Reply;
    }

    /// <summary>The connection gave its place back.</summary>
    public sealed record SessionClosed(Session Session) : UserMessage;

    /// <summary>The session's actor is gone; the session stays until its connection closes it.</summary>
    public sealed record SessionStopped(Session Session) : UserMessage;

    /// <summary>Throws, so that tests see what a crash does.</summary>
    public sealed record InjectFault(Exception Error) : UserMessage;
}
