using System.Net;
using System.Net.Security;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Passwords;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Services;
using Hpc.Crypto.Passwords;
using Hpc.HttpApi;
using Hpc.Server.Cli;
using Hpc.Server.Configuration;

namespace Hpc.Server.Hosting;

// Accounts and the REST API.
internal static partial class OptionMapping
{
    /// <exception cref="ConfigurationException">The values do not go together.</exception>
    public static PasswordHashOptions Hashing(PasswordsSection passwords)
    {
        var options = new PasswordHashOptions
        {
            Algorithm = passwords.Algorithm == PasswordAlgorithmName.Argon2id ? PasswordAlgorithm.Argon2id : PasswordAlgorithm.Bcrypt,
            BcryptCost = passwords.BcryptCost,
            Argon2MemoryKiB = passwords.Argon2Memory,
            Argon2Passes = passwords.Argon2Iterations,
            Argon2Lanes = passwords.Argon2Parallelism,
        };
        return options.WhyInvalid() is { } reason ? throw new ConfigurationException($"passwords: {reason}.") : options;
    }

    public static AccountServicesOptions Accounts(HpcOptions options) => new()
    {
        UsersBaseDirectory = options.DataProvider.UsersBaseDirectory,
        NamingRules = (NamingRules)options.DataProvider.NamingRules,
        UserPasswords = Rules(options.Passwords.Users),
        AdminPasswords = Rules(options.Passwords.Admins),
        PasswordHashing = Hashing(options.Passwords),
        TotpConfigurations = [options.Mfa.Name],
    };

    public static IReadOnlyList<TotpSettings> SecondFactors(HpcOptions options) =>
    [
        new TotpSettings
        {
            Name = options.Mfa.Name,
            Issuer = options.Mfa.Issuer,
            Algorithm = options.Mfa.Algorithm switch
            {
                TotpAlgorithmName.Sha256 => TotpAlgorithm.Sha256,
                TotpAlgorithmName.Sha512 => TotpAlgorithm.Sha512,
                _ => TotpAlgorithm.Sha1,
            },
        },
    ];

    /// <param name="options">The configuration.</param>
    /// <param name="directory">Where backups are.</param>
    /// <param name="installationCode">Opens the first setup; empty for none.</param>
    /// <param name="withoutListeners">Serves the operator alone.</param>
    /// <exception cref="ConfigurationException">A network cannot be read.</exception>
    public static HttpApiOptions Http(HpcOptions options, DataDirectory directory, string installationCode, bool withoutListeners)
    {
        HttpSection http = options.Http;
        IReadOnlyList<HttpListenerSection> listeners = http.Listeners.Count > 0
            ? http.Listeners
            : [new HttpListenerSection { Address = new IPEndPoint(IPAddress.Loopback, DefaultPorts.Http) }];
        List<IPNetwork> proxies = Networks(http.ProxyAllowed, "http.proxy_allowed");
        string[] origins = Split(http.AllowedOrigins);
        return new HttpApiOptions
        {
            Listeners = withoutListeners || !http.Enabled ? [] : [.. listeners.Select(listener => Listener(listener, http, proxies))],
            Limits = new HttpApiLimits
            {
                Connections = http.MaxConnections,
                ConnectionsPerAddress = http.MaxConnectionsPerAddress,
                JsonBytes = (int)http.MaxJsonSize,
                HeaderBytes = (int)http.MaxHeaderSize,
                Headers = http.MaxHeaders,
                StreamsPerConnection = http.MaxStreams,
                HeadersTimeout = TimeSpan.FromSeconds(http.HeaderSeconds),
                KeepAlive = TimeSpan.FromSeconds(http.IdleSeconds),
                RequestTimeout = TimeSpan.FromSeconds(http.RequestSeconds),
                RequestsPerPeriod = http.RequestsPerSecond * 60,
                LoginsPerPeriod = http.LoginsPerMinute,
            },
            Tokens = new TokenOptions { Lifetime = TimeSpan.FromMinutes(http.TokenMinutes), IsBoundToAddress = !http.TokensAnyAddress },
            Cors = origins.Length == 0 ? null : new HttpApiCors { Origins = origins },
            RenderOpenApi = http.RenderOpenApi,
            BackupsPath = directory.Backups,
            Version = ProductVersion.Text,
            InstallationCode = installationCode,
        };
    }

    private static HttpApiListener Listener(HttpListenerSection listener, HttpSection http, List<IPNetwork> proxies) => new()
    {
        EndPoint = listener.Address!,
        Tls = listener.CertificateFile.Length == 0 ? null : new HttpApiTls
        {
            CertificateFile = listener.CertificateFile,
            KeyFile = listener.CertificateKeyFile,
            MinVersion = listener.MinTlsVersion == HttpTlsVersion.Tls13 ? 13 : 12,
            ClientCertificates = listener.ClientAuth switch
            {
                HttpClientAuth.Require => ClientCertificates.Required,
                HttpClientAuth.Verify => ClientCertificates.Offered,
                _ => ClientCertificates.None,
            },
            AuthorityFiles = listener.ClientCaFile.Length == 0 ? [] : [listener.ClientCaFile],
            RevocationFiles = Split(listener.CaRevocationLists),
            CipherSuites = [.. Split(listener.CipherSuites).Select(Enum.Parse<TlsCipherSuite>)],
        },
        RedirectsToHttps = listener.HttpsRedirect,
        HttpsHost = listener.HttpsHost,
        TrustedProxies = proxies,
        ClientAddressHeader = http.ClientIpHeader,
    };

    private static PasswordRules Rules(PasswordRulesSection rules) => new()
    {
        MinEntropy = rules.MinEntropy,
        Length = rules.Length,
        Uppers = rules.Uppers,
        Lowers = rules.Lowers,
        Digits = rules.Digits,
        Specials = rules.Specials,
    };

    private static List<IPNetwork> Networks(string text, string key)
    {
        var networks = new List<IPNetwork>();
        foreach (string part in Split(text))
        {
            if (IPAddress.TryParse(part, out IPAddress? address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(part, out IPNetwork network))
            {
                networks.Add(network);
            }
            else
            {
                throw new ConfigurationException($"{key}: found \"{part}\", allowed: addresses and networks like 10.0.0.0/8, separated by commas.");
            }
        }

        return networks;
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
