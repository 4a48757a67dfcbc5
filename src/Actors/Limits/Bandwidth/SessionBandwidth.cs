namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>Limits of speed that hold for a session, in bytes per second; 0 is none.</summary>
public sealed record SessionBandwidth
{
    /// <summary>Whose session it is.</summary>
    public required string UserName { get; init; }

    /// <summary>Version of the account that the limits are from: those of an older one do not take the place of those of a newer one. 0 if it has none.</summary>
    public long Version { get; init; }

    /// <summary>Which of the user's limits by network holds, from 0; -1 if that of the user itself does.</summary>
    public int Source { get; init; } = -1;

    /// <summary>All sessions of the user that have the same source together, to the server.</summary>
    public long Upload { get; init; }

    /// <summary>The same from the server.</summary>
    public long Download { get; init; }

    /// <summary>Groups of the user with limits of their own.</summary>
    public IReadOnlyList<GroupTotal> Groups { get; init; } = [];
}
