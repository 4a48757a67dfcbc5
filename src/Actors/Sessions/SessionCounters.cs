namespace Hpc.Actors.Sessions;

/// <summary>What has happened to sessions since the start.</summary>
/// <param name="Active">Places taken now, by sessions and by those being opened.</param>
/// <param name="Opened">Sessions opened.</param>
/// <param name="Kicked">Sessions ended by an operator.</param>
/// <param name="IdleEnded">Sessions ended because nothing moved.</param>
/// <param name="Faulted">Sessions ended by a fault of the server.</param>
/// <param name="Refused">Sessions refused, by reason; every reason is present.</param>
public sealed record SessionCounters(
    int Active, long Opened, long Kicked, long IdleEnded, long Faulted, IReadOnlyDictionary<SessionRefusal, long> Refused)
{
    /// <summary>Sessions ended because their account was changed, disabled or removed, or expired.</summary>
    public long AccountChanged { get; init; }

    /// <summary>Sessions ended because they had lasted as long as sessions may.</summary>
    public long MaxDurationEnded { get; init; }
}
