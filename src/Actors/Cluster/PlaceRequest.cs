namespace Hpc.Actors.Cluster;

/// <summary>A session that wants a place under limits over all nodes.</summary>
public sealed record PlaceRequest
{
    /// <summary>Who asks.</summary>
    public required NodeEpoch Node { get; init; }

    /// <summary>The session and its limits; the session's node and time are those of the engine.</summary>
    public required HeldPlace Place { get; init; }

    /// <summary>Sessions of this node that have ended and may not have been told yet: their places are free for this one.</summary>
    public IReadOnlyList<string> Closed { get; init; } = [];
}

/// <summary>The answer to a <see cref="PlaceRequest"/>; the numbers are stored.</summary>
public enum PlaceReply
{
    /// <summary>The session has its place.</summary>
    Taken = 0,

    /// <summary>The user has as many sessions as it may.</summary>
    UserLimit = 1,

    /// <summary>The host has as many sessions as it may.</summary>
    HostLimit = 2,

    /// <summary>There are as many sessions as there may be.</summary>
    TotalLimit = 3,

    /// <summary>The node's epoch is over: nothing happened.</summary>
    Fenced = 4,

    /// <summary>The session was told as ended before (the request was held up on its way): nothing happened.</summary>
    Over = 5,

    /// <summary>The engine has lost what it knew, and nodes are still telling it: nothing happened; ask again, or decide as without the engine.</summary>
    Learning = 6,
}
