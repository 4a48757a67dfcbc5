namespace Hpc.Server.Configuration;

/// <summary>Keys of the defender, the allow list and rate limiters.</summary>
internal static class DefenderKeys
{
    /// <summary>The list of rate limiters; its entries have the keys that begin with this and <c>[]</c>.</summary>
    public const string RateLimiters = "rate_limiters";

    private const int MaxMinutes = 30 * 24 * 60;
    private const int MaxPoints = 1000;
    private const int MaxEntries = 100_000;
    private const int MaxDelay = 10_000;

    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        Keys.Integer("allowlist_status", 0, 1, o => o.AllowListStatus, (o, v) => o.AllowListStatus = v,
            "1 lets in only who is on the allow list (IP list type 1); with an empty list that is nobody."),

        Keys.Boolean("defender.enabled", o => o.Defender.Enabled, (o, v) => o.Defender.Enabled = v,
            "Give hosts points for what they do wrong, and ban those with too many."),
        Keys.Choice("defender.driver", (o, _) => o.Defender.Driver, (o, _, v) => o.Defender.Driver = v,
            "Where points and bans are kept. Nodes of a cluster have them together, whatever is said here; provider says so, and needs cluster.enabled."),
        Keys.Integer("defender.ban_time", 1, MaxMinutes, o => o.Defender.BanTime, (o, v) => o.Defender.BanTime = v,
            "Minutes of a ban."),
        Keys.Integer("defender.ban_time_increment", 0, 1000, o => o.Defender.BanTimeIncrement, (o, v) => o.Defender.BanTimeIncrement = v,
            "Percent of ban_time by which a ban grows when the host comes back while it lasts, once a minute at most; at least a minute and up to 30 days; 0 never."),
        Keys.Integer("defender.threshold", 1, MaxPoints, o => o.Defender.Threshold, (o, v) => o.Defender.Threshold = v,
            "Points at which a host is banned."),
        Keys.Integer("defender.score_invalid", 0, MaxPoints, o => o.Defender.ScoreInvalid, (o, v) => o.Defender.ScoreInvalid = v,
            "Points for a login as a user that there is not."),
        Keys.Integer("defender.score_valid", 0, MaxPoints, o => o.Defender.ScoreValid, (o, v) => o.Defender.ScoreValid = v,
            "Points for a failed login as a user that there is."),
        Keys.Integer("defender.score_limit_exceeded", 0, MaxPoints, o => o.Defender.ScoreLimitExceeded, (o, v) => o.Defender.ScoreLimitExceeded = v,
            "Points for too many connections of the host, or for a rate limiter with generate_defender_events."),
        Keys.Integer("defender.score_no_auth", 0, MaxPoints, o => o.Defender.ScoreNoAuth, (o, v) => o.Defender.ScoreNoAuth = v,
            "Points for a connection that ends without a try to log in, as those of load balancers do."),
        Keys.Integer("defender.observation_time", 1, MaxMinutes, o => o.Defender.ObservationTime, (o, v) => o.Defender.ObservationTime = v,
            "Minutes that points count."),
        Keys.Integer("defender.entries_soft_limit", 1, MaxEntries, o => o.Defender.EntriesSoftLimit, (o, v) => o.Defender.EntriesSoftLimit = v,
            "Hosts that are left when there are too many."),
        Keys.Integer("defender.entries_hard_limit", 2, MaxEntries, o => o.Defender.EntriesHardLimit, (o, v) => o.Defender.EntriesHardLimit = v,
            "Most hosts with points, and most banned hosts; hosts with the fewest points, and bans that end soonest, are forgotten first."),
        Keys.Integer("defender.login_delay.success", 0, MaxDelay, o => o.Defender.LoginDelaySuccess, (o, v) => o.Defender.LoginDelaySuccess = v,
            "Milliseconds that the answer to a right login waits. Only with defender.enabled."),
        Keys.Integer("defender.login_delay.password_failed", 0, MaxDelay, o => o.Defender.LoginDelayPasswordFailed, (o, v) => o.Defender.LoginDelayPasswordFailed = v,
            "Milliseconds that the answer to a refused password waits. Only with defender.enabled."),

        Keys.ListInteger(RateLimiters + "[].average", 0, 1_000_000, (o, i) => o.RateLimiters[i].Average, (o, i, v) => o.RateLimiters[i].Average = v,
            "So many connections (SSH, FTP) or requests (DAV, HTTP) per period; 0 is no limit."),
        Keys.ListInteger(RateLimiters + "[].period", 100, 86_400_000, (o, i) => o.RateLimiters[i].Period, (o, i, v) => o.RateLimiters[i].Period = v,
            "Milliseconds."),
        Keys.ListInteger(RateLimiters + "[].burst", 1, 1_000_000, (o, i) => o.RateLimiters[i].Burst, (o, i, v) => o.RateLimiters[i].Burst = v,
            "So many at once after a pause."),
        Keys.ListInteger(RateLimiters + "[].type", 1, 2, (o, i) => o.RateLimiters[i].Type, (o, i, v) => o.RateLimiters[i].Type = v,
            "1 counts all together, 2 each host by itself."),
        Keys.ListText(RateLimiters + "[].protocols", 64, "SSH, FTP, DAV and HTTP separated by commas", (o, i) => o.RateLimiters[i].Protocols, (o, i, v) => o.RateLimiters[i].Protocols = v,
            "What it limits."),
        Keys.ListBoolean(RateLimiters + "[].generate_defender_events", (o, i) => o.RateLimiters[i].GenerateDefenderEvents, (o, i, v) => o.RateLimiters[i].GenerateDefenderEvents = v,
            "A host that is refused gets defender.score_limit_exceeded. Only with type 2."),
        Keys.ListInteger(RateLimiters + "[].entries_soft_limit", 1, MaxEntries, (o, i) => o.RateLimiters[i].EntriesSoftLimit, (o, i, v) => o.RateLimiters[i].EntriesSoftLimit = v,
            "Hosts that are left when there are too many."),
        Keys.ListInteger(RateLimiters + "[].entries_hard_limit", 2, MaxEntries, (o, i) => o.RateLimiters[i].EntriesHardLimit, (o, i, v) => o.RateLimiters[i].EntriesHardLimit = v,
            "Most hosts that are remembered."),
    ];

    /// <summary>What does not go together.</summary>
    public static void Check(HpcOptions options, List<string> faults)
    {
        DefenderSection defender = options.Defender;
        CheckLimits("defender", defender.EntriesSoftLimit, defender.EntriesHardLimit, faults);
        foreach ((string key, int score) in ((string, int)[])[
            ("score_invalid", defender.ScoreInvalid), ("score_valid", defender.ScoreValid),
            ("score_limit_exceeded", defender.ScoreLimitExceeded), ("score_no_auth", defender.ScoreNoAuth)])
        {
            if (score >= defender.Threshold)
            {
                faults.Add($"defender.{key}: found {score}, allowed: less than defender.threshold ({defender.Threshold}).");
            }
        }

        CheckDelay("success", defender.LoginDelaySuccess, options, faults);
        CheckDelay("password_failed", defender.LoginDelayPasswordFailed, options, faults);
        for (int i = 0; i < options.RateLimiters.Count; i++)
        {
            RateLimiterSection limiter = options.RateLimiters[i];
            CheckLimits($"{RateLimiters}[{i}]", limiter.EntriesSoftLimit, limiter.EntriesHardLimit, faults);
            if (!Hosting.OptionMapping.TryProtocols(limiter.Protocols, out _))
            {
                faults.Add($"{RateLimiters}[{i}].protocols: found \"{limiter.Protocols}\", allowed: SSH, FTP, DAV and HTTP separated by commas.");
            }
        }
    }

    // Whose answer comes after the end of its time can never log in.
    private static void CheckDelay(string key, int milliseconds, HpcOptions options, List<string> faults)
    {
        foreach ((string name, int seconds) in ((string, int)[])[("ssh.login_grace_seconds", options.Ssh.LoginGraceSeconds), ("http.request_seconds", options.Http.RequestSeconds)])
        {
            if (options.Defender.Enabled && milliseconds >= seconds * 1000L)
            {
                faults.Add($"defender.login_delay.{key}: found {milliseconds}, allowed: less than {name} ({seconds}).");
            }
        }
    }

    private static void CheckLimits(string path, int soft, int hard, List<string> faults)
    {
        if (hard <= soft)
        {
            faults.Add($"{path}.entries_hard_limit: found {hard}, allowed: more than entries_soft_limit ({soft}).");
        }
    }
}
