namespace Hpc.Actors.Defender;

/// <summary>What brings a host points. The names stand in the log (R6.10).</summary>
public enum DefenderEvent
{
    /// <summary>A wrong credential of a user that there is, or a user that may not log in so.</summary>
    LoginFailed,

    /// <summary>A user that there is not.</summary>
    UserNotFound,

    /// <summary>A connection that ended without a try to log in.</summary>
    NoLoginTried,

    /// <summary>Too many connections or requests.</summary>
    LimitExceeded,
}
