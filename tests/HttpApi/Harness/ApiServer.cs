using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Secrets;
using Hpc.Accounts.Services;
using Hpc.Crypto.Passwords;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.HttpApi.Tests;

/// <summary>The REST API on a free loopback port, over a data provider in memory. Accounts made here are enabled, and their passwords are <see cref="Password"/>.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string Password = "correct horse 1";

    private readonly List<IDisposable> _owned = [];

    private ApiServer(HttpApiServer server, HttpApiParts parts, ManualTime time, MemoryConnections connections, MemoryQuotas quotas, MemoryMail mail)
    {
        (Server, Parts, Time, Connections, Quotas, Mail) = (server, parts, time, connections, quotas, mail);
        BaseAddress = new Uri($"http://{server.EndPoints[0]}");
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = BaseAddress };
    }

    public HttpApiServer Server { get; }

    public HttpApiParts Parts { get; }

    public ManualTime Time { get; }

    public MemoryConnections Connections { get; }

    public MemoryQuotas Quotas { get; }

    public MemoryMail Mail { get; }

    public Uri BaseAddress { get; }

    /// <summary>Sends nothing of its own.</summary>
    public HttpClient Http { get; }

    public static async Task<ApiServer> StartAsync(Func<HttpApiOptions, HttpApiOptions>? configure = null, Func<HttpApiParts, HttpApiParts>? replace = null, IDataProvider? provider = null, ILoggerFactory? loggers = null, AccountServicesOptions? accounts = null)
    {
        var time = new ManualTime();
        loggers ??= NullLoggerFactory.Instance;
        if (provider is null)
        {
            provider = new MemoryDataProvider(time);
            await provider.OpenAsync(SchemaUpdate.Automatic, CancellationToken.None);
        }

        // The least cost: what is tested is not the hash.
        var hashing = new PasswordHashOptions { BcryptCost = 4 };
        var workers = new PasswordWorkers(new PasswordWorkersOptions { Threads = 2, Hashing = hashing }, TimeProvider.System, loggers.CreateLogger<PasswordWorkers>());
        var key = new MasterKey(RandomNumberGenerator.GetBytes(32));
        var protector = new LocalSecretProtector(key);
        var factors = new SecondFactors(TotpSettings.Default, protector, provider.Ephemeral, time);
        var directory = new AccountDirectory(provider.Objects, new AccountDirectoryOptions(), time, loggers);
        var connections = new MemoryConnections();
        var quotas = new MemoryQuotas();
        var mail = new MemoryMail();
        var services = new AccountServices(
            provider, workers, protector, (accounts ?? new AccountServicesOptions()) with { UsersBaseDirectory = "/srv/users" }, time, loggers.CreateLogger<AccountServices>(), usage: null, [directory], events: null, mail);
        var users = new Authenticator(directory, workers, time, loggers.CreateLogger<Authenticator>(), verified: null, factors, services.UserUpkeep);
        var admins = new AdminAuthenticator(provider.Objects, workers, factors, services.AdminUpkeep, time, loggers.CreateLogger<AdminAuthenticator>());
        var parts = new HttpApiParts
        {
            Provider = provider,
            Services = services,
            Dumps = new DumpService(services, new DumpLimits { MaxBytes = 1 << 20 }, loggers.CreateLogger<DumpService>()),
            SendsMail = true,
            Directory = directory,
            Users = users,
            Admins = admins,
            ApiKeys = new ApiKeyAuthenticator(provider, workers, users, admins, time, loggers.CreateLogger<ApiKeyAuthenticator>()),
            SecondFactors = factors,
            Connections = connections,
            Quotas = quotas,
            Time = time,
            Loggers = loggers,
        };
        parts = replace?.Invoke(parts) ?? parts;
        var options = new HttpApiOptions
        {
            Listeners = [new HttpApiListener { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }],
            Limits = new HttpApiLimits { RequestsPerPeriod = 0, LoginsPerPeriod = 0, ConnectionsPerAddress = 1_000 },
            Version = "1.2.3",
        };
        HttpApiServer server = HttpApiServer.Create(configure?.Invoke(options) ?? options, parts);
        await server.StartAsync(CancellationToken.None);
        var api = new ApiServer(server, parts, time, connections, quotas, mail);
        api._owned.AddRange([workers, directory, key]);
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }

        await Parts.Provider.DisposeAsync();
    }

    public async Task<Admin> AddAdminAsync(string name, params string[] permissions) => await AddAdminAsync(new Admin { Username = name, Permissions = permissions });

    public async Task<Admin> AddAdminAsync(Admin admin)
    {
        ObjectResult<Admin> added = await Parts.Services.Admins.AddAsync(admin with { Status = 1, Password = Password }, ChangeContext.Operator, CancellationToken.None);
        added.Status.ShouldBe(ObjectStatus.Done, added.Message);
        return added.Value!.Value;
    }

    public async Task<User> AddUserAsync(string name, Func<User, User>? change = null)
    {
        var user = new User
        {
            Username = name,
            Status = 1,
            Password = Password,
            HomeDir = "/srv/" + name,
            Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["*"] },
        };
        ObjectResult<User> added = await Parts.Services.Users.AddAsync(change?.Invoke(user) ?? user, ChangeContext.Operator, CancellationToken.None);
        added.Status.ShouldBe(ObjectStatus.Done, added.Message);
        return added.Value!.Value;
    }

    /// <summary>A client with the token of a new administrator who has these permissions.</summary>
    public async Task<ApiClient> AdminAsync(params string[] permissions)
    {
        string name = "admin-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        await AddAdminAsync(name, permissions.Length == 0 ? ["*"] : permissions);
        return await LoginAsync(name);
    }

    public async Task<ApiClient> LoginAsync(string name, string password = Password, string path = "/api/v2/token", string? passcode = null)
    {
        using HttpResponseMessage response = await AskForTokenAsync(name, password, path, passcode);
        string body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return new ApiClient(this, name, JsonNode.Parse(body)!["access_token"]!.GetValue<string>());
    }

    public Task<ApiClient> UserLoginAsync(string name, string password = Password) => LoginAsync(name, password, "/api/v2/user/token");

    public async Task<HttpResponseMessage> AskForTokenAsync(string name, string password, string path = "/api/v2/token", string? passcode = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        if (passcode is not null)
        {
            request.Headers.Add("X-SFTPGO-OTP", passcode);
        }

        return await Http.SendAsync(request);
    }

    public ApiClient Anonymous => new(this, "", null);

    public static string Json<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);
}
