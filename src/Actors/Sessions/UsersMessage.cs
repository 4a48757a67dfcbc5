using Hpc.Actors.Kernel;

namespace Hpc.Actors.Sessions;

internal abstract record UsersMessage : Message
{
    public sealed record Open(OpenRequest Request) : UsersMessage, IAsk
    {
        public Reply Reply => Request.Reply;
    }

    /// <summary>The user has no session left, after having seen so many requests.</summary>
    public sealed record UserIdle(UserEntry Entry, long Seen) : UsersMessage;

    /// <summary>The user's actor goes on after a crash, and does not know how many requests it lost.</summary>
    public sealed record UserRestarted(UserEntry Entry) : UsersMessage;

    /// <summary>The user's actor is gone.</summary>
    public sealed record UserStopped(UserEntry Entry) : UsersMessage;
}
