using System.Globalization;
using System.Net;
using Hpc.Accounts.Authentication;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Defender;

/// <summary>
/// Gives points for what hosts do, bans those that have too many (R6.6), and tells of bans. Hosts on the defender's list get no points: those it allows are safe, those it denies
/// do not get in at all. Proxies that are trusted are never counted or banned: what comes from them is the doing of whoever is behind them. Called by whoever sees an event, on its thread: it never waits and never throws.
/// </summary>
public sealed class HostDefender : ILoginObserver
{
    private readonly DefenderOptions _options;
    private readonly IpLists _lists;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IDefenderEvents? _events;
    private readonly IReadOnlyList<IPNetwork> _proxies;
    private readonly IReadOnlyList<IPNetwork> _skipped;

    /// <summary>A defender over a board.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="board">Points and bans.</param>
    /// <param name="lists">The lists in force.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets what happens.</param>
    /// <param name="events">Is told of bans.</param>
    /// <param name="proxies">Trusted proxies of all protocols; null for none.</param>
    /// <param name="skipped">Networks within those whose hosts are clients themselves; null for none.</param>
    public HostDefender(
        DefenderOptions options,
        IDefenderBoard board,
        IpLists lists,
        TimeProvider time,
        ILogger<HostDefender> logger,
        IDefenderEvents? events = null,
        IReadOnlyList<IPNetwork>? proxies = null,
        IReadOnlyList<IPNetwork>? skipped = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(lists);
        _options = options;
        Board = board;
        _lists = lists;
        _time = time;
        _logger = logger;
        _events = events;
        _proxies = proxies ?? [];
        _skipped = skipped ?? [];
        board.OnBan(OnBan);
    }

    /// <summary>False: nothing is counted and nobody is banned.</summary>
    public bool IsEnabled => _options.IsEnabled;

    /// <summary>Points and bans.</summary>
    public IDefenderBoard Board { get; }

    /// <summary>What happened.</summary>
    public DefenderCounters Counters { get; } = new();

    /// <summary>Called when a ban has begun, on the thread that brought it: it returns at once.</summary>
    public Action? BanBegan { get; set; }

    /// <summary>True if the address is a trusted proxy's.</summary>
    public bool IsProxy(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (_proxies.Count == 0)
        {
            return false;
        }

        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Holds(_proxies, plain) && !Holds(_skipped, plain);
    }

    /// <summary>True if the address is banned.</summary>
    public bool IsBanned(IPAddress address) => IsEnabled && Board.IsBanned(HostKey.Of(address)) && !IsProxy(address);

    /// <summary>As <see cref="IsBanned"/>; a ban grows by this.</summary>
    public bool IsBannedOnReturn(IPAddress address) => IsBanned(address) && Board.IsBannedOnReturn(HostKey.Of(address));

    /// <inheritdoc/>
    public void OnLogin(IPAddress remote, string protocol, LoginEvent what)
    {
        if (what != LoginEvent.Accepted)
        {
            Count(remote, protocol, what == LoginEvent.UserNotFound ? DefenderEvent.UserNotFound : DefenderEvent.LoginFailed);
        }
    }

    /// <summary>Counts an event of an address.</summary>
    /// <param name="remote">Who.</param>
    /// <param name="protocol">By which protocol.</param>
    /// <param name="what">What it did.</param>
    public void Count(IPAddress remote, string protocol, DefenderEvent what)
    {
        ArgumentNullException.ThrowIfNull(remote);
        int points = _options.PointsOf(what);
        if (!_options.IsEnabled || points <= 0 || _lists.Defender.Find(remote, ListProtocolNames.Of(protocol)) != NetworkMode.None || IsProxy(remote))
        {
            return;
        }

#pragma warning disable CA1031 // What cannot be counted does not end the login that it is about.
        try
        {
            CountKnown(remote, protocol, what, points);
        }
        catch (Exception exception)
        {
            DefenderLog.Fault(_logger, what, exception);
        }
#pragma warning restore CA1031
    }

    /// <summary>Bans a host by the operator's word.</summary>
    public BanOutcome Ban(IPAddress address, TimeSpan time)
    {
        if (IsProxy(address))
        {
            return BanOutcome.IsProxy;
        }

        var host = HostKey.Of(address);
        if (!Board.Ban(host, time))
        {
            return BanOutcome.IsFull;
        }

        if (Board.Find(host) is { BannedUntil: { } until })
        {
            DefenderLog.BannedByHand(_logger, "banned", host.ToString(), TextOf(until));
        }

        return BanOutcome.Banned;
    }

    /// <summary>Lifts a ban and forgets points by the operator's word; false if there was neither.</summary>
    public bool Forget(IPAddress address)
    {
        var host = HostKey.Of(address);
        bool isDone = Board.Remove(host);
        if (isDone)
        {
            DefenderLog.Forgotten(_logger, "unbanned", host.ToString());
        }

        return isDone;
    }

    /// <summary>As <see cref="Ban"/>, on all nodes.</summary>
    public async ValueTask<BanOutcome> BanAsync(IPAddress address, TimeSpan time, CancellationToken ct)
    {
        BanOutcome outcome = Ban(address, time);
        bool isCertain = outcome != BanOutcome.Banned || Board is not IBanHerald herald || await herald.TellBanAsync(HostKey.Of(address), ct).ConfigureAwait(false);
        return isCertain ? outcome : BanOutcome.HereAlone;
    }

    /// <summary>As <see cref="Forget"/>, on all nodes.</summary>
    public async ValueTask<ForgetOutcome> ForgetAsync(IPAddress address, CancellationToken ct)
    {
        bool wasHere = Forget(address);
        if (!IsEnabled || Board is not IBanHerald herald)
        {
            return wasHere ? ForgetOutcome.Forgotten : ForgetOutcome.Nothing;
        }

        // Others may have points of a host that has none here.
        return await herald.TellUnbanAsync(HostKey.Of(address), ct).ConfigureAwait(false) ? ForgetOutcome.Forgotten : ForgetOutcome.HereAlone;
    }

    private static string TextOf(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private void CountKnown(IPAddress remote, string protocol, DefenderEvent what, int points)
    {
        var host = HostKey.Of(remote);
        if (Board.IsBanned(host))
        {
            return;
        }

        ScoreResult result = Board.Add(host, points);
        if (result.Score == 0)
        {
            return;
        }

        Counters.OnPoints(what, points);
        DefenderLog.Scored(_logger, what.ToString(), protocol, remote.ToString(), points, result.Score);
        if (result.IsBanned && Board.Find(host) is { BannedUntil: { } until })
        {
            DefenderLog.Banned(_logger, "banned", remote.ToString(), protocol, TextOf(until), result.Score);
        }
    }

    private void OnBan(HostKey host)
    {
        Counters.OnBan();
        BanBegan?.Invoke();
        if (_events is not null && Board.Find(host) is { } banned)
        {
            _events.OnBanned(banned, _time.GetUtcNow());
        }
    }

    private static bool Holds(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        for (int i = 0; i < networks.Count; i++)
        {
            if (networks[i].Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
