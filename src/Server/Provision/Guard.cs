using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Actors.Defender;
using Hpc.HttpApi.Parts;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Transport.Listening;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>Defender, lists of networks and rate limiters of a server, put together.</summary>
internal sealed partial class Guard : IAsyncDisposable
{
    // Fewer hosts than this are soon forgotten by a scan from many addresses.
    private const int FewHosts = 1_000;

    private readonly HpcOptions _options;
    private readonly IpListKeeper? _keeper;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public Guard(HpcOptions options, AccountStack? accounts, TimeProvider time, ILoggerFactory loggers, IDefenderBoard? board = null)
    {
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<HostDefender>();
        DefenderOptions defender = OptionMapping.Defender(options.Defender);
        Defender = new HostDefender(defender, board ?? new MemoryBoard(defender, time), Lists, time, loggers.CreateLogger<HostDefender>(), proxies: OptionMapping.Proxies(options), skipped: OptionMapping.SkippedProxies(options));
        Screen = new AddressScreen(Defender, Lists, new RateLimits(OptionMapping.RateLimiters(options), time), options.AllowListStatus == 1);
        Logins = OptionMapping.Logins(options.Defender, Defender, time);
        Hosts = new DefenderHosts(Defender, defender);
        if (accounts is not null && IsNeeded)
        {
            _keeper = new IpListKeeper(accounts.Provider.Objects, Lists, time, loggers.CreateLogger<IpListKeeper>());
        }
    }

    public IpLists Lists { get; } = new();

    public HostDefender Defender { get; }

    public AddressScreen Screen { get; }

    public LoginWatch? Logins { get; }

    public DefenderHosts Hosts { get; }

    /// <summary>Is told of changed lists; null where there are none.</summary>
    public IpListKeeper? Keeper => _keeper;

    /// <summary>Null where nothing is to be judged.</summary>
    public IRequestScreen? Requests => IsNeeded ? new RequestScreen(Screen, Defender) : null;

    /// <summary>Anything is configured that judges addresses; the lists are for that alone.</summary>
    private bool IsNeeded => Defender.IsEnabled || Screen.HasAllowList || Screen.RateLimited != ListProtocols.None;

    /// <summary>Judges the clients of these connections from now on, and ends those that are barred before they log in.</summary>
    public void Protect(ConnectionManager connections)
    {
        if (!IsNeeded)
        {
            return;
        }

        connections.Screen = new ConnectionScreen(Screen, Defender);
        var sweep = new BarSweep(() => connections.EndBeforeLogin(Screen.IsBarred), _time, _logger);
        Defender.BanBegan = sweep.Ask;
        if (_keeper is not null)
        {
            _keeper.Changed = sweep.Ask;
        }
    }

    /// <summary>Reads the lists of networks: before anybody is let in.</summary>
    /// <exception cref="ConfigurationException">They cannot be read.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        if (_options.AllowListStatus == 1 && _keeper is null)
        {
            throw new ConfigurationException("allowlist_status: found 1, allowed: 0, because there is no data provider that has lists.");
        }

        if (Defender.IsEnabled && _options.Defender.EntriesHardLimit < FewHosts)
        {
            RemembersFew(_logger, _options.Defender.EntriesHardLimit);
        }

        if (_keeper is not null)
        {
            await _keeper.StartAsync(ct).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _keeper?.DisposeAsync() ?? ValueTask.CompletedTask;

    [LoggerMessage(4060, LogLevel.Warning, "the defender remembers no more than {Hosts} hosts with points and as many banned ones (defender.entries_hard_limit): whoever comes from many addresses makes it forget others")]
    private static partial void RemembersFew(ILogger logger, int hosts);
}
