namespace Hpc.Actors.Defender;

/// <summary>All rate limiters of a node, asked in order (R6.3).</summary>
public sealed class RateLimits
{
    private readonly RateLimiter[] _limiters;

    /// <summary>Those of these settings that are on.</summary>
    public RateLimits(IEnumerable<RateLimiterOptions> limiters, TimeProvider time) =>
        _limiters = [.. limiters.Where(static options => options.Average > 0).Select(options => new RateLimiter(options, time))];

    /// <summary>What is limited.</summary>
    public ListProtocols Protocols => _limiters.Aggregate(ListProtocols.None, static (all, limiter) => all | limiter.Options.Protocols);

    /// <summary>Takes a token of each limiter of the protocol; the longest of the waits holds. The first refusal ends it, and what was taken before is given back.</summary>
    /// <param name="host">Who comes.</param>
    /// <param name="protocol">One protocol.</param>
    /// <param name="isProxy">Many come from there: limiters that count by host are not asked.</param>
    /// <param name="isScored">True if the defender is to hear of a refusal.</param>
    public RateAnswer Take(HostKey host, ListProtocols protocol, bool isProxy, out bool isScored)
    {
        isScored = false;
        TimeSpan wait = default;
        for (int i = 0; i < _limiters.Length; i++)
        {
            RateLimiter limiter = _limiters[i];
            if (!IsAsked(limiter, protocol, isProxy))
            {
                continue;
            }

            RateAnswer answer = limiter.Take(host);
            if (answer.IsRefused)
            {
                isScored = limiter.Options is { IsPerHost: true, GeneratesDefenderEvents: true };
                GiveBack(i, host, protocol, isProxy);
                return answer;
            }

            wait = answer.Wait > wait ? answer.Wait : wait;
        }

        return new RateAnswer(IsRefused: false, wait);
    }

    private static bool IsAsked(RateLimiter limiter, ListProtocols protocol, bool isProxy) =>
        protocol != ListProtocols.None && limiter.Options.Protocols.HasFlag(protocol) && !(isProxy && limiter.Options.IsPerHost);

    private void GiveBack(int before, HostKey host, ListProtocols protocol, bool isProxy)
    {
        for (int i = 0; i < before; i++)
        {
            if (IsAsked(_limiters[i], protocol, isProxy))
            {
                _limiters[i].GiveBack(host);
            }
        }
    }
}
