namespace Hpc.Actors.Sessions;

/// <summary>
/// Places of sessions beyond this node. Each call is made for a session that has a place of this node already, and never blocks its caller.
/// It fails closed: whatever is not <see cref="PlaceAnswer.Taken"/>, an exception among it, is a refusal.
/// </summary>
public interface ISessionPlaces
{
    /// <summary>Takes a place. One that was taken is given back by <see cref="Release"/>; otherwise nothing is held when this ends, however it ends.</summary>
    ValueTask<PlaceAnswer> TakeAsync(PlaceQuestion question, CancellationToken ct);

    /// <summary>Gives a place back, once for each that was taken. Never throws and never waits.</summary>
    void Release(PlaceQuestion question);
}

/// <summary>The answer to a <see cref="PlaceQuestion"/>.</summary>
public enum PlaceAnswer
{
    /// <summary>The session has its place.</summary>
    Taken,

    /// <summary>The user has as many sessions as it may.</summary>
    UserLimit,

    /// <summary>The host has as many sessions as it may.</summary>
    HostLimit,

    /// <summary>There are as many sessions as there may be.</summary>
    TotalLimit,

    /// <summary>Who decides cannot be asked, and sessions are refused then.</summary>
    Away,
}
