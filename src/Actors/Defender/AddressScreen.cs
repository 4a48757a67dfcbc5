using System.Net;

namespace Hpc.Actors.Defender;

/// <summary>
/// Whether an address may come at all, from memory alone, in the order of R1.1: banned or on the block list, not on the allow list where that is in force, too fast.
/// A trusted proxy is never banned, and no rate of a single host limits it. One for connections of SSH and FTP and for requests of WebDAV and HTTP.
/// </summary>
public sealed class AddressScreen
{
    private readonly HostDefender _defender;
    private readonly IpLists _lists;
    private readonly RateLimits _rates;
    private readonly bool _hasAllowList;

    /// <summary>Puts them together.</summary>
    /// <param name="defender">Knows who is banned, and hears of who comes too fast.</param>
    /// <param name="lists">The lists in force.</param>
    /// <param name="rates">The rate limiters.</param>
    /// <param name="hasAllowList">Only who is on the allow list may come.</param>
    public AddressScreen(HostDefender defender, IpLists lists, RateLimits rates, bool hasAllowList)
    {
        ArgumentNullException.ThrowIfNull(defender);
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(rates);
        _defender = defender;
        _lists = lists;
        _rates = rates;
        _hasAllowList = hasAllowList;
    }

    /// <summary>What is limited by rate.</summary>
    public ListProtocols RateLimited => _rates.Protocols;

    /// <summary>The allow list is in force.</summary>
    public bool HasAllowList => _hasAllowList;

    /// <summary>Judges one connection, or one request.</summary>
    public AddressVerdict Judge(IPAddress remote, string protocol)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ListProtocols known = ListProtocolNames.Of(protocol);
        var host = HostKey.Of(remote);
        if (_defender.IsEnabled && _lists.Defender.Find(remote, known) == NetworkMode.Deny)
        {
            _defender.Counters.OnRefusedByList();
            return new AddressVerdict(AddressVerdictKind.Banned);
        }

        if (_defender.IsBannedOnReturn(remote))
        {
            _defender.Counters.OnRefusedByBan();
            return new AddressVerdict(AddressVerdictKind.Banned);
        }

        if (!IsAllowed(remote, known))
        {
            _defender.Counters.OnNotAllowed();
            return new AddressVerdict(AddressVerdictKind.NotAllowed);
        }

        return _lists.RateSafe.Find(remote, known) == NetworkMode.Allow ? default : JudgeRate(remote, host, protocol, known);
    }

    /// <summary>True if the address may not come: banned, or by the lists. Says nothing of rates, and changes nothing: it counts nothing, and a ban does not grow by it.</summary>
    public bool IsBarred(IPAddress remote, string protocol)
    {
        ListProtocols known = ListProtocolNames.Of(protocol);
        return (_defender.IsEnabled && _lists.Defender.Find(remote, known) == NetworkMode.Deny)
            || _defender.IsBanned(remote)
            || !IsAllowed(remote, known);
    }

    private bool IsAllowed(IPAddress remote, ListProtocols protocol) => !_hasAllowList || _lists.Allowed.Find(remote, protocol) == NetworkMode.Allow;

    private AddressVerdict JudgeRate(IPAddress remote, HostKey host, string protocol, ListProtocols known)
    {
        RateAnswer answer = _rates.Take(host, known, _defender.IsProxy(remote), out bool isScored);
        if (answer.IsRefused)
        {
            _defender.Counters.OnRateRefused();
            if (isScored)
            {
                _defender.Count(remote, protocol, DefenderEvent.LimitExceeded);
            }

            return new AddressVerdict(AddressVerdictKind.RateLimited, answer.Wait);
        }

        if (answer.Wait > TimeSpan.Zero)
        {
            _defender.Counters.OnRateDelayed();
        }

        return new AddressVerdict(AddressVerdictKind.Admitted, answer.Wait);
    }
}
