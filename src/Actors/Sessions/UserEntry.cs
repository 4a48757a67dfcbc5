using Hpc.Actors.Kernel;

namespace Hpc.Actors.Sessions;

/// <summary>A user who is active on this node. Kept outside the actors, so that a restart of either finds it.</summary>
internal sealed class UserEntry(string userName)
{
    public string UserName { get; } = userName;

    public ActorRef<UserMessage> Actor { get; set; }

    /// <summary>Requests sent to the user's actor. Written by <see cref="UsersActor"/>.</summary>
    public long Sent { get; set; }

    /// <summary>Requests that the user's actor has seen. Written by <see cref="UserActor"/>.</summary>
    public long Seen { get; set; }

    /// <summary>The actor was told to stop because it is idle; requests wait until it has.</summary>
    public bool IsPassivating { get; set; }

    public List<OpenRequest> Waiting { get; } = [];
}
