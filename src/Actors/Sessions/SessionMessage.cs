using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;

namespace Hpc.Actors.Sessions;

internal abstract record SessionMessage : Message
{
    /// <summary>Looks whether the peer has been idle for too long.</summary>
    public sealed record CheckIdle : SessionMessage
    {
        /// <summary>Says nothing of one session, so all timers hold the same.</summary>
        public static CheckIdle Now { get; } = new();
    }

    /// <summary>The session has lasted as long as sessions may.</summary>
    public sealed record DurationOver : SessionMessage
    {
        /// <summary>Says nothing of one session, so all timers hold the same.</summary>
        public static DurationOver Now { get; } = new();
    }

    /// <summary>Ends the session; answers whether this is what ended it.</summary>
    public sealed record EndSession(SessionEndReason Reason, Reply<bool> Ended) : SessionMessage, IAsk
    {
        public Reply Reply => Ended;
    }

    /// <summary>Throws, so that tests see what a crash does.</summary>
    public sealed record InjectFault(Exception Error) : SessionMessage;
}
