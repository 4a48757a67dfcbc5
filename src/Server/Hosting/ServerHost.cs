using System.Net;
using System.Net.Sockets;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Services;
using Hpc.Actors.Kernel;
using Hpc.Actors.Sessions;
using Hpc.Crypto;
using Hpc.Crypto.Keys;
using Hpc.Server.Admin;
using Hpc.Server.Clustering;
using Hpc.Server.Configuration;
using Hpc.Server.Files;
using Hpc.Server.Logging;
using Hpc.Server.Metrics;
using Hpc.Server.Provision;
using Hpc.Server.Rules;
using Hpc.SshProtocol.Ssh.Server;
using Hpc.Storage.Local;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;
using Hpc.Transport.Proxying;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>Everything that serves, put together and taken down in order.</summary>
internal sealed partial class ServerHost : IAsyncDisposable
{
    private readonly ServerState _state = new();
    private readonly ILogger _logger;
    private readonly HpcOptions _options;
    private readonly ActorSystem _actors;
    private readonly FileService _files;
    private readonly SessionGate _sessions;
    private readonly PasswordWorkers? _ownPasswords;
    private readonly VerifiedPasswords? _verifiedPasswords;
    private readonly ConnectionManager _connections;
    private readonly PrometheusExporter _exporter = new();
    private readonly ProcessMetrics _processMetrics = new();
    private readonly AccountChanges _accounts;
    private readonly Guard _guard;
    private readonly DefenderMetrics _guardMetrics;
    private readonly ServerMetrics _metrics;
    private readonly Dictionary<CryptoProfile, SshServerProtocol> _protocols = [];
    private readonly Func<CryptoProfile, SshServerProtocol> _newProtocol;
    private readonly FtpService _ftp;
    private readonly CertificatePoll _certificates;
    private readonly RestService? _rest;
    private readonly ClusterService? _cluster;
    private readonly RuleService? _rules;
    private AdminServer? _admin;

    private ServerHost(HpcOptions options, HostStores stores, IReadOnlyList<SshPrivateKey> hostKeys, ILoggerFactory loggers, HpcLoggerProvider logs)
    {
        _options = options;
        _logger = loggers.CreateLogger<ServerHost>();
        var pool = new BlockPool(new BufferBudget(BufferLimit.Of(options.Buffers.BudgetMib)));
        _actors = new ActorSystem("server", TimeProvider.System, loggers.CreateLogger<ActorSystem>());
        _cluster = stores.Cluster is { } start ? new ClusterService(options, start, _actors, loggers) : null;
        _files = new FileService(options.Storage, options.Limits, stores, _actors, loggers, _cluster?.Rates);
        _sessions = new SessionGate(_actors, _files.OpenAsync, OptionMapping.SessionLimits(options), TimeProvider.System, loggers.CreateLogger<SessionGate>(), _cluster?.Places);
        _cluster?.Attach(_sessions, loggers);
        _ownPasswords = stores.Accounts is null
            ? new PasswordWorkers(OptionMapping.PasswordWorkers(options), TimeProvider.System, loggers.CreateLogger<PasswordWorkers>())
            : null;
        PasswordWorkers passwords = _ownPasswords ?? stores.Accounts!.Passwords;
        _verifiedPasswords = OptionMapping.VerifiedPasswords(options) is { } bounds ? new VerifiedPasswords(bounds, TimeProvider.System) : null;
        _guard = new Guard(options, stores.Accounts, TimeProvider.System, loggers, _cluster?.Board);
        _guardMetrics = new DefenderMetrics(_guard);
        var authenticator = new Authenticator(
            stores.Users, passwords, TimeProvider.System, loggers.CreateLogger<Authenticator>(), _verifiedPasswords, stores.Accounts?.SecondFactors, stores.Accounts?.Services.UserUpkeep,
            new AuthenticatorOptions { NamingRules = NamesOf(options, stores) }, _guard.Logins);
        _connections = new ConnectionManager(
            pool, new ConnectionGate(OptionMapping.Gate(options), pool.Budget), logger: loggers.CreateLogger<ConnectionManager>());
        _guard.Protect(_connections);
        _accounts = new AccountChanges(stores.Users, _sessions, TimeProvider.System, loggers.CreateLogger<AccountChanges>(), stores.Accounts?.Shares);
        var gate = new CurrentSessions(_sessions, _accounts);
        _metrics = new ServerMetrics(_connections, pool.Budget, _sessions, _actors, _state, _accounts, _files, () => logs.Dropped);
        if (stores.Accounts is { } accounts)
        {
            IAccountChangeListener?[] listeners = [_accounts, .. _files.Listeners, _guard.Keeper, _cluster?.Herald];
            accounts.Changes.Listeners = [.. listeners.OfType<IAccountChangeListener>()];
            accounts.Usage.Adjust = _files.Keeper.AdjustAsync;
            if (accounts.Saver is { } saver)
            {
                _metrics.AddSaves(() => saver.Failures);
            }

            _rules = new RuleService(accounts, _files.Quotas, stores.NodeId, new DataDirectory(options).Backups, TimeProvider.System, loggers);
            _rest = new RestService(options, accounts, new RestNeighbours(authenticator, gate, _sessions, _files.Quotas, new ServicesStatusSource(this), _guard, stores.DefaultAdmin, _cluster?.Sessions, _rules), loggers);
        }

        HostKeys = hostKeys;
        var policy = new FtpUserPolicy(stores.Users, OptionMapping.UserNames(NamesOf(options, stores)), loggers.CreateLogger<FtpUserPolicy>());
        _ftp = new FtpService(options, authenticator, policy, gate, pool, loggers);
        _certificates = new CertificatePoll(ReloadCertificates, TimeProvider.System, _logger);
        _newProtocol = profile => new SshServerProtocol(OptionMapping.Ssh(options, profile, hostKeys), authenticator, gate, pool, loggers);
    }

    public IReadOnlyList<SshPrivateKey> HostKeys { get; private set; }

    /// <summary>Where it listens for SSH.</summary>
    public List<IPEndPoint> EndPoints { get; } = [];

    /// <summary>Where it listens for FTP.</summary>
    public IReadOnlyList<FtpBinding> FtpBindings => _ftp.Bindings;

    /// <summary>How FTP is configured.</summary>
    public FtpSection Ftp => _options.Ftp;

    /// <summary>Where it listens for operators, or null.</summary>
    public IPEndPoint? AdminEndPoint => _admin?.EndPoint;

    /// <summary>Where it serves the REST API.</summary>
    public IReadOnlyList<IPEndPoint> HttpEndPoints => _rest?.EndPoints ?? [];

    /// <summary>What the first administrator is made with; empty if there is one.</summary>
    public string InstallationCode => _rest?.InstallationCode ?? "";

    public ISessionDirectory Sessions => _sessions;

    /// <summary>Who may come at all.</summary>
    public Guard Guard => _guard;

    /// <summary>Starts serving.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="stores">Users, folders and usage; they stay the caller's.</param>
    /// <param name="hostKeys">Stay the caller's.</param>
    /// <param name="adminToken">What opens the admin port.</param>
    /// <param name="loggers">Makes the loggers.</param>
    /// <param name="logs">Where lines are counted that were dropped.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConfigurationException">Something in the configuration does not work on this machine.</exception>
    public static async Task<ServerHost> StartAsync(
        HpcOptions options, HostStores stores, IReadOnlyList<SshPrivateKey> hostKeys, string adminToken, ILoggerFactory loggers, HpcLoggerProvider logs, CancellationToken ct)
    {
        CheckConfinement(options);
        string gcm = Choose(static () => AlgorithmCatalog.GcmImplementationName);
        string hmac = Choose(static () => AlgorithmCatalog.HmacImplementationName);
        string ctr = Choose(static () => AlgorithmCatalog.CtrImplementationName);
        string chaCha = Choose(static () => AlgorithmCatalog.ChaChaImplementationName);
        var host = new ServerHost(options, stores, hostKeys, loggers, logs);
        GcmChosen(host._logger, gcm);
        HmacChosen(host._logger, hmac);
        CtrChosen(host._logger, ctr);
        ChaChaChosen(host._logger, chaCha);
        try
        {
            host._files.Start();
            host._accounts.Start();
            await host._guard.StartAsync(ct).ConfigureAwait(false);
            host._ftp.Prepare();
            host.TakePart();
            host.Listen();
            if (host._rest is not null)
            {
                await host._rest.StartAsync(ct).ConfigureAwait(false);
            }

            if (options.Admin.Address is IPEndPoint admin)
            {
                var application = new AdminApplication(host._state, host._exporter, host._sessions, adminToken, host._files.Usage, host._rest is null ? null : host._rest.ProcessAsOperatorAsync, host._cluster?.Sessions)
                {
                    Cluster = host._cluster is { } cluster ? cluster.ShowAsync : null,
                };
                host._admin = await AdminServer.StartAsync(admin, application, loggers, ct).ConfigureAwait(false);
            }
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        host._rules?.Start();
        host._state.BecomeReady();
        return host;
    }

    private void TakePart()
    {
        if (_cluster is null)
        {
            return;
        }

        _cluster.Start(_files.Keeper, _guard.Keeper is { } keeper ? [_accounts.Hurry, keeper.Hurry] : [_accounts.Hurry]);
        _files.CareForDeadNodes(() => _cluster.Node.IsLeader, _cluster.Node.ListNodesAsync);
    }

    /// <summary>Proves the server's identity with other keys from now on. The keys before them must live on: connections may be using them.</summary>
    public void ReplaceHostKeys(IReadOnlyList<SshPrivateKey> keys)
    {
        HostKeys = keys;
        foreach (SshServerProtocol protocol in _protocols.Values)
        {
            protocol.ReplaceHostKeys(keys);
        }
    }

    /// <summary>Reads the certificates of the REST API and of FTP again; false if one could not be read, which stays as it was.</summary>
    public bool ReloadCertificates() => (_rest?.ReloadCertificates() ?? true) & _ftp.ReloadCertificates();

    /// <summary>Takes no more connections and lets transfers finish; completes when all connections have ended.</summary>
    public async Task DrainAsync(TimeSpan graceTime)
    {
        _state.BeginDrain();
        _sessions.BeginDrain();
        Task rules = _rules?.StopBeginningAsync() ?? Task.CompletedTask;
        Task drained = _connections.DrainAsync(graceTime);
        var idle = new IdleDrain(
            _sessions,
            _sessions.Find,
            () => _connections.Connections.Where(connection => !connection.IsLoggedIn).Select(connection => connection.Id),
            connectionId => _connections.Stop(connectionId, ConnectionEndReason.ServerShutdown));
        await idle.RunAsync(drained).ConfigureAwait(false);
        await drained.ConfigureAwait(false);
        await rules.ConfigureAwait(false);
    }

    /// <summary>Ends the drain's waiting.</summary>
    public void EndNow() => _connections.StopNow();

    public async ValueTask DisposeAsync()
    {
        await _certificates.DisposeAsync().ConfigureAwait(false);
        if (_rest is not null)
        {
            await _rest.DisposeAsync().ConfigureAwait(false);
        }

        if (_rules is not null)
        {
            await _rules.DisposeAsync().ConfigureAwait(false);
        }

        await _connections.DisposeAsync().ConfigureAwait(false);
        _ftp.Dispose();
        await _accounts.DisposeAsync().ConfigureAwait(false);
        await _guard.DisposeAsync().ConfigureAwait(false);
        await _files.DisposeAsync().ConfigureAwait(false);
        if (_cluster is not null)
        {
            await _cluster.LeaveAsync().ConfigureAwait(false);
        }

        await _actors.DisposeAsync().ConfigureAwait(false);
        if (_admin is not null)
        {
            await _admin.DisposeAsync().ConfigureAwait(false);
        }

        _ownPasswords?.Dispose();
        _verifiedPasswords?.Dispose();
        _metrics.Dispose();
        _cluster?.Dispose();
        _guardMetrics.Dispose();
        _processMetrics.Dispose();
        _exporter.Dispose();
        Stopped(_logger);
    }

    private static NamingRules NamesOf(HpcOptions options, HostStores stores) =>
        stores.Accounts is null ? NamingRules.AllCharacters : (NamingRules)options.DataProvider.NamingRules;

    private static void CheckConfinement(HpcOptions options)
    {
        if (options.Storage.Confinement == ConfinementName.Kernel && LocalFileSystem.ProbeKernel() is { IsSupported: false } support)
        {
            throw new ConfigurationException($"storage.confinement: found kernel. {support.Explanation}");
        }
    }

    // The first question tests and measures the implementations, which no connection should wait for.
    private static string Choose(Func<string> name)
    {
        try
        {
            return name();
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException(e.Message, e);
        }
    }

    private void Listen()
    {
        IReadOnlyList<ListenerSection> listeners = _options.Ssh.Listeners.Count > 0
            ? _options.Ssh.Listeners
            : [new ListenerSection { Address = new IPEndPoint(IPAddress.IPv6Any, DefaultPorts.Ssh) }];
        foreach (ListenerSection listener in listeners)
        {
            CryptoProfile profile = OptionMapping.Profile(listener.CryptoProfile);
            if (!_protocols.TryGetValue(profile, out SshServerProtocol? protocol))
            {
                _protocols[profile] = protocol = _newProtocol(profile);
            }

            EndPoints.Add(Listen("ssh.listeners", listener.Address!, protocol, OptionMapping.ProxyProtocol(_options.ProxyProtocol, listener.ApplyProxyConfig)));
        }

        _ftp.Listen((endPoint, protocol, proxy) => Listen(FtpKeys.Listeners, endPoint, protocol, proxy));
    }

    private IPEndPoint Listen(string key, IPEndPoint endPoint, IConnectionProtocol protocol, ProxyProtocolOptions proxy)
    {
        try
        {
            return _connections.Listen(endPoint, protocol, proxy);
        }
        catch (SocketException e) when (endPoint.Address.Equals(IPAddress.IPv6Any)
            && e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            // A machine without IPv6: every address is every IPv4 address.
            return Listen(key, new IPEndPoint(IPAddress.Any, endPoint.Port), protocol, proxy);
        }
        catch (SocketException e)
        {
            throw new ConfigurationException($"{key}: {endPoint} cannot be listened on ({e.Message}); choose another with {(key == FtpKeys.Listeners ? "--ftp-listen" : "--listen")}.", e);
        }
    }

    [LoggerMessage(4001, LogLevel.Information, "stopped")]
    private static partial void Stopped(ILogger logger);

    [LoggerMessage(4002, LogLevel.Information, "AES-GCM: {Implementation}")]
    private static partial void GcmChosen(ILogger logger, string implementation);

    [LoggerMessage(4004, LogLevel.Information, "HMAC-SHA-256 of many packets: {Implementation}")]
    private static partial void HmacChosen(ILogger logger, string implementation);

    [LoggerMessage(4005, LogLevel.Information, "AES-CTR: {Implementation}")]
    private static partial void CtrChosen(ILogger logger, string implementation);

    [LoggerMessage(4006, LogLevel.Information, "ChaCha20: {Implementation}")]
    private static partial void ChaChaChosen(ILogger logger, string implementation);
}
