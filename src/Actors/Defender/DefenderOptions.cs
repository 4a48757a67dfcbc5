namespace Hpc.Actors.Defender;

/// <summary>Settings of the defender (spec/06 §6.2).</summary>
public sealed record DefenderOptions
{
    private static readonly TimeSpan LeastIncrement = TimeSpan.FromMinutes(1);

    /// <summary>False counts nothing and bans nobody.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>How long a ban lasts.</summary>
    public TimeSpan BanTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Percent of <see cref="BanTime"/> by which a ban grows each time the host comes back while it lasts, at least a minute; 0 never.</summary>
    public int BanTimeIncrement { get; init; } = 50;

    /// <summary>Points at which a host is banned; more than each of the scores.</summary>
    public int Threshold { get; init; } = 15;

    /// <summary>Points for <see cref="DefenderEvent.UserNotFound"/>.</summary>
    public int ScoreInvalid { get; init; } = 2;

    /// <summary>Points for <see cref="DefenderEvent.LoginFailed"/>.</summary>
    public int ScoreValid { get; init; } = 1;

    /// <summary>Points for <see cref="DefenderEvent.LimitExceeded"/>.</summary>
    public int ScoreLimitExceeded { get; init; } = 3;

    /// <summary>Points for <see cref="DefenderEvent.NoLoginTried"/>.</summary>
    public int ScoreNoAuth { get; init; }

    /// <summary>How long points count.</summary>
    public TimeSpan ObservationTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Hosts that are left when there are too many.</summary>
    public int EntriesSoftLimit { get; init; } = 100;

    /// <summary>Most hosts with points, and most banned ones.</summary>
    public int EntriesHardLimit { get; init; } = 150;

    /// <summary>The longest that a ban grows to.</summary>
    public TimeSpan LongestBan { get; init; } = TimeSpan.FromDays(30);

    /// <summary>What a ban grows by when its host comes back: a minute at least, or nothing.</summary>
    public TimeSpan Increment
    {
        get
        {
            TimeSpan part = BanTime * (BanTimeIncrement / 100.0);
            return BanTimeIncrement <= 0 ? TimeSpan.Zero : part > LeastIncrement ? part : LeastIncrement;
        }
    }

    /// <summary>What an event is worth.</summary>
    public int PointsOf(DefenderEvent what) => what switch
    {
        DefenderEvent.UserNotFound => ScoreInvalid,
        DefenderEvent.LimitExceeded => ScoreLimitExceeded,
        DefenderEvent.NoLoginTried => ScoreNoAuth,
        _ => ScoreValid,
    };
}
