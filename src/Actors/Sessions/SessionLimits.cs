namespace Hpc.Actors.Sessions;

/// <summary>Bounds of the sessions of this node.</summary>
public sealed record SessionLimits
{
    /// <summary>Most sessions of one user at once; 0 for no limit of its own.</summary>
    public int MaxPerUser { get; init; }

    /// <summary>Most sessions at once. Beyond it logins are refused.</summary>
    public int MaxTotal { get; init; } = 20_000;

    /// <summary>A session ends when its peer did nothing for this long; zero for never.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A session ends after this time, whatever its peer does; zero for never. At most 30 days.</summary>
    public TimeSpan MaxDuration { get; init; }

    /// <summary>Longest time that opening a session may take, its files included; then it is refused.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
