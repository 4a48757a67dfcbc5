using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.HttpApi;
using Hpc.HttpApi.Setup;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>The REST API of a server, with the first administrator.</summary>
internal sealed partial class RestService : IAsyncDisposable
{
    private const int MaxVerifiedAdmins = 100;

    private readonly HpcOptions _options;
    private readonly AccountStack _accounts;
    private readonly HttpApiParts _parts;
    private readonly DefaultAdmin? _defaultAdmin;
    private readonly ILogger _logger;
    private readonly VerifiedPasswords? _verifiedAdmins;
    private readonly VerifiedPasswords? _verifiedKeys;
    private HttpApiServer? _server;

    public RestService(HpcOptions options, AccountStack accounts, RestNeighbours server, ILoggerFactory loggers)
    {
        _options = options;
        _accounts = accounts;
        _defaultAdmin = server.DefaultAdmin;
        if (OptionMapping.VerifiedPasswords(options) is { } bounds)
        {
            _verifiedAdmins = new VerifiedPasswords(bounds with { Capacity = MaxVerifiedAdmins }, TimeProvider.System);
            _verifiedKeys = new VerifiedPasswords(bounds, TimeProvider.System);
        }

        _logger = loggers.CreateLogger<RestService>();
        var admins = new AdminAuthenticator(
            accounts.Provider.Objects, accounts.Passwords, accounts.SecondFactors, accounts.Services.AdminUpkeep, TimeProvider.System, loggers.CreateLogger<AdminAuthenticator>(), _verifiedAdmins, server.Guard.Logins);
        _parts = new HttpApiParts
        {
            Provider = accounts.Provider,
            Services = accounts.Services,
            Directory = accounts.Directory,
            Users = server.Authenticator,
            Admins = admins,
            ApiKeys = new ApiKeyAuthenticator(
                accounts.Provider, accounts.Passwords, server.Authenticator, admins, TimeProvider.System, loggers.CreateLogger<ApiKeyAuthenticator>(), _verifiedKeys, server.Guard.Logins),
            SecondFactors = accounts.SecondFactors,
            Quotas = server.Quotas,
            Connections = new ConnectionOperations(server.Sessions, TimeProvider.System, server.Cluster),
            Status = server.Status,
            Dumps = accounts.Dumps,
            Rules = server.Rules,
            Sessions = server.Gate,
            Passwords = accounts.Passwords,
            Defender = server.Guard.Hosts,
            Screen = server.Guard.Requests,
            Logins = server.Guard.Defender,
            ShareGuard = new ShareGuard(server.Guard.Defender),
            Loggers = loggers,
        };
    }

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _server?.EndPoints ?? [];

    /// <summary>What the first administrator is made with; empty if there is one.</summary>
    public string InstallationCode { get; private set; } = "";

    /// <summary>Makes the default administrator, if that is configured, and listens.</summary>
    /// <exception cref="ConfigurationException">An address cannot be listened on, or a certificate cannot be read.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        var first = new FirstAdmin(_accounts.Services, _accounts.Provider, TimeProvider.System, _parts.Loggers.CreateLogger<FirstAdmin>());
        await MakeDefaultAdminAsync(first, ct).ConfigureAwait(false);
        if (_options.Http.Enabled && await first.IsNeededAsync(ct).ConfigureAwait(false))
        {
            InstallationCode = _options.Http.SetupCode.Length > 0 ? _options.Http.SetupCode : FirstAdmin.NewCode();
        }

        try
        {
            await ListenAsync(ct).ConfigureAwait(false);
        }
        catch (HttpApiException e)
        {
            throw new ConfigurationException($"http.listeners: {e.Message}", e);
        }
    }

    /// <summary>Answers a request of the operator.</summary>
    public Task ProcessAsOperatorAsync(HttpContext context) =>
        _server?.ProcessAsOperatorAsync(context) ?? throw new InvalidOperationException("The REST API is not started.");

    public bool ReloadCertificates() => _server?.ReloadCertificates() ?? true;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync().ConfigureAwait(false);
        }

        _verifiedAdmins?.Dispose();
        _verifiedKeys?.Dispose();
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        var directory = new DataDirectory(_options);
        _server = HttpApiServer.Create(OptionMapping.Http(_options, directory, InstallationCode, withoutListeners: false), _parts);
        if (!_options.Http.Enabled)
        {
            return;
        }

        try
        {
            await _server.StartAsync(ct).ConfigureAwait(false);
        }
        catch (HttpApiException e) when (_options.Http.Listeners.Count == 0)
        {
            // Nobody asked for this port: files are served all the same.
            DefaultPortTaken(_logger, DefaultPorts.Http, e.Message);
            await _server.DisposeAsync().ConfigureAwait(false);
            _server = HttpApiServer.Create(OptionMapping.Http(_options, directory, InstallationCode, withoutListeners: true), _parts);
        }
    }

    private async Task MakeDefaultAdminAsync(FirstAdmin first, CancellationToken ct)
    {
        if (!_options.DataProvider.CreateDefaultAdmin)
        {
            return;
        }

        if (_defaultAdmin is null)
        {
            DefaultAdminNotNamed(_logger, DefaultAdmin.Variables.Name, DefaultAdmin.Variables.Password);
            return;
        }

        await first.MakeDefaultAsync(_defaultAdmin.Name, _defaultAdmin.Password, ct).ConfigureAwait(false);
    }

    [LoggerMessage(4040, LogLevel.Warning, "the REST API is not served: nothing is configured in http.listeners, and the default port {Port} cannot be listened on ({Reason})")]
    private static partial void DefaultPortTaken(ILogger logger, int port, string reason);

    [LoggerMessage(4041, LogLevel.Warning, "data_provider.create_default_admin is set, but the environment names no administrator: set {NameVariable} and {PasswordVariable}")]
    private static partial void DefaultAdminNotNamed(ILogger logger, string nameVariable, string passwordVariable);
}
