using System.Text;

namespace Hpc.Actors.Cluster;

/// <summary>Bounds and rules that all engines and nodes have in common.</summary>
public static class ClusterRules
{
    /// <summary>The whole of <see cref="TickReply.AwayPart"/>.</summary>
    public const int AwayWhole = 1_000_000;

    /// <summary>Notices in one answer.</summary>
    public const int MaxNoticesPerTick = 10_000;

    /// <summary>Nodes that the engine knows, those that left lately among them.</summary>
    public const int MaxNodes = 1_000;

    /// <summary>Shares of one node.</summary>
    public const int MaxSharesPerNode = 200_000;

    /// <summary>Sessions of all nodes.</summary>
    public const int MaxSessions = 2_000_000;

    /// <summary>Bans that last; beyond it, the one that ends first is forgotten.</summary>
    public const int MaxBans = 100_000;

    /// <summary>Notices that are kept; beyond it the oldest goes, and a node that has not read it is fenced.</summary>
    public const int MaxNoticesKept = 200_000;

    private const long MaxNoticesAway = 10_000_000_000;

    /// <summary>Highest limit in bytes per second.</summary>
    public const long MaxLimit = 1L << 50;

    /// <summary>Longest ban.</summary>
    public static readonly TimeSpan MaxBan = TimeSpan.FromDays(30);

    /// <summary>A node tells the return of a host once a minute; two that are told in less than this are the same, seen by two nodes.</summary>
    public static readonly TimeSpan MinGrowthGap = TimeSpan.FromSeconds(30);

    /// <summary>How long notices are kept at least; twice the longest node lease if that is longer.</summary>
    public static readonly TimeSpan MinNoticeAge = TimeSpan.FromSeconds(60);

    /// <summary>How long the epoch of a node that is gone is remembered, so that nothing that was held up on its way is taken for new.</summary>
    public static readonly TimeSpan EpochMemory = TimeSpan.FromHours(1);

    /// <summary>A grant that differs by less than this part of the larger of the two is not worth a hurry, nor a row.</summary>
    public const int MaterialParts = 64;

    /// <summary>
    /// The engine was away if nobody was heard for this part of the shortest share lease: less than a lease without a tick, so that no lease of a node that is there has run out,
    /// and more than a tick.
    /// </summary>
    public const double SilentPart = 0.55;

    /// <summary>
    /// True if the log of <paramref name="told"/> is not that of <paramref name="known"/>, because the engine has lost what it knew: a new log begins at a random number, and one log
    /// does not grow by so many notices while a node is away.
    /// </summary>
    public static bool IsOtherLog(long known, long told) => known > 0 && (told < known || told - known > MaxNoticesAway);

    /// <summary>True if a grant differs so much that its node is told of it although it did not ask.</summary>
    public static bool IsMaterial(long granted, long next) => Math.Abs(granted - next) > Math.Max(granted, next) / MaterialParts;

    /// <summary>Throws <see cref="ArgumentException"/> if a request is not one that an engine takes.</summary>
    public static void Check(JoinRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request.Node);
        if (request.ShareLease <= TimeSpan.Zero || request.NodeLease < request.ShareLease || request.NodeLease > TimeSpan.FromMinutes(10))
        {
            throw new ArgumentException("The leases are out of range.", nameof(request));
        }

        foreach (HeldPlace place in request.Sessions)
        {
            Check(place);
        }

        if (request.Defender is { } defender && (defender.Threshold < 1 || defender.Window <= TimeSpan.Zero || defender.BanTime <= TimeSpan.Zero || defender.Increment < TimeSpan.Zero || defender.MaxHosts < 1))
        {
            throw new ArgumentException("The defender's parameters are out of range.", nameof(request));
        }
    }

    /// <inheritdoc cref="Check(JoinRequest)"/>
    public static void Check(TickRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request.Node);
        foreach (ShareDemand demand in request.Shares)
        {
            if (!IsKey(demand.Scope) || demand.Limit is < 1 or > MaxLimit || demand.InForce < 0 || demand.Wanted < 0 || demand.Weight < 1)
            {
                throw new ArgumentException($"The demand on '{demand.Scope}' is out of range.", nameof(request));
            }
        }

        foreach (HostScore score in request.Scores)
        {
            if (!IsKey(score.Host) || score.Points < 0)
            {
                throw new ArgumentException($"The points of '{score.Host}' are out of range.", nameof(request));
            }
        }
    }

    /// <inheritdoc cref="Check(JoinRequest)"/>
    public static void Check(HeldPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (!IsKey(place.Session.Id) || !IsKey(place.Session.User))
        {
            throw new ArgumentException("The session has no id or no user.", nameof(place));
        }
    }

    /// <inheritdoc cref="Check(JoinRequest)"/>
    public static void Check(NodeEpoch node)
    {
        bool isName = node.Name is { Length: >= 1 and <= 63 } name && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        if (!isName || node.Epoch < 1)
        {
            throw new ArgumentException("The node has no name or no epoch.", nameof(node));
        }
    }

    /// <summary>True for 1 to 300 UTF-8 bytes.</summary>
    public static bool IsKey(string? text) => text is { Length: >= 1 and <= 300 } && (text.Length <= 100 || Encoding.UTF8.GetByteCount(text) <= 300);
}
