using Hpc.Accounts.Authentication;
using Hpc.Actors.Defender;
using Hpc.Server.Configuration;

namespace Hpc.Server.Hosting;

// The defender and rate limiters.
internal static partial class OptionMapping
{
    public static DefenderOptions Defender(DefenderSection defender) => new()
    {
        IsEnabled = defender.Enabled,
        BanTime = TimeSpan.FromMinutes(defender.BanTime),
        BanTimeIncrement = defender.BanTimeIncrement,
        Threshold = defender.Threshold,
        ScoreInvalid = defender.ScoreInvalid,
        ScoreValid = defender.ScoreValid,
        ScoreLimitExceeded = defender.ScoreLimitExceeded,
        ScoreNoAuth = defender.ScoreNoAuth,
        ObservationTime = TimeSpan.FromMinutes(defender.ObservationTime),
        EntriesSoftLimit = defender.EntriesSoftLimit,
        EntriesHardLimit = defender.EntriesHardLimit,
    };

    public static IEnumerable<RateLimiterOptions> RateLimiters(HpcOptions options) => options.RateLimiters.Select(static limiter => new RateLimiterOptions
    {
        Average = limiter.Average,
        Period = TimeSpan.FromMilliseconds(limiter.Period),
        Burst = limiter.Burst,
        IsPerHost = limiter.Type == 2,
        Protocols = TryProtocols(limiter.Protocols, out ListProtocols protocols) ? protocols : ListProtocols.All,
        GeneratesDefenderEvents = limiter.GenerateDefenderEvents,
        EntriesSoftLimit = limiter.EntriesSoftLimit,
        EntriesHardLimit = limiter.EntriesHardLimit,
    });

    /// <summary>Who hears of logins, and how long their answers wait; null where the defender is off.</summary>
    public static LoginWatch? Logins(DefenderSection defender, ILoginObserver observer, TimeProvider time) => defender.Enabled
        ? new LoginWatch(observer, TimeSpan.FromMilliseconds(defender.LoginDelaySuccess), TimeSpan.FromMilliseconds(defender.LoginDelayPasswordFailed), time)
        : null;

    /// <summary>Reads names of protocols separated by commas, at least one.</summary>
    public static bool TryProtocols(string text, out ListProtocols protocols)
    {
        protocols = ListProtocols.None;
        foreach (string name in Split(text))
        {
            ListProtocols protocol = ListProtocolNames.Of(name.ToUpperInvariant());
            if (protocol == ListProtocols.None)
            {
                return false;
            }

            protocols |= protocol;
        }

        return protocols != ListProtocols.None;
    }
}
