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
    public sealed record FilesOpened(SessionScope Scope, OpenRequest Request, StorageResult<IFileSystem> Files, Exception? Error) : UserMessage, IAsk, IOwned
    {
        private bool _isTaken;

        public Reply Reply => Request.Reply;

        /// <summary>A session has the files now, and gives them back.</summary>
        public void Take() => _isTaken = true;

        public void GiveBack()
        {
            if (!_isTaken && Files.IsSuccess)
            {
                _isTaken = true;
                SessionScope.DisposeFiles(Scope, Files.Value);
            }
        }
    }

    /// <summary>The session has no place beyond this node; its files, if there were any, have been given back.</summary>
    public sealed record PlaceRefused(OpenRequest Request, SessionRefusal Refusal) : UserMessage, IAsk
    {
        public Reply Reply => Request.Reply;
    }

    /// <summary>The user's actor has been sent so many requests so far, and has seen them or lost them in a crash.</summary>
    public sealed record Resume(long Sent) : UserMessage;

    /// <summary>The connection gave its place back.</summary>
    public sealed record SessionClosed(Session Session) : UserMessage;

    /// <summary>The session's actor is gone; the session stays until its connection closes it.</summary>
    public sealed record SessionStopped(Session Session) : UserMessage;

    /// <summary>Throws, so that tests see what a crash does.</summary>
    public sealed record InjectFault(Exception Error) : UserMessage;
}
