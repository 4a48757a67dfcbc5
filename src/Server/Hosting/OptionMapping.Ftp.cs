using System.Net;
using System.Net.Security;
using Hpc.Accounts.Objects.Validation;
using Hpc.FtpProtocol;
using Hpc.Server.Configuration;
using Hpc.Transport.Tls;

namespace Hpc.Server.Hosting;

// FTP.
internal static partial class OptionMapping
{
    /// <summary>The listeners that are on.</summary>
    public static IEnumerable<FtpListenerSection> FtpListeners(FtpSection ftp) => ftp.Listeners.Where(static listener => listener.Address is not null);

    /// <param name="ftp">The section, checked.</param>
    /// <param name="listener">One of its listeners.</param>
    /// <exception cref="ConfigurationException">The banner's file cannot be read.</exception>
    public static FtpServerOptions Ftp(FtpSection ftp, FtpListenerSection listener) => new()
    {
        Banner = Banner("ftp", ftp.Banner, ftp.BannerFile)?.Trim('\r', '\n').ReplaceLineEndings("\n") ?? "",
        TlsMode = listener.TlsMode switch
        {
            FtpTlsModeName.Control => FtpTlsMode.Control,
            FtpTlsModeName.ControlAndData => FtpTlsMode.ControlAndData,
            FtpTlsModeName.Implicit => FtpTlsMode.Implicit,
            FtpTlsModeName.Off => FtpTlsMode.Off,

            // Nobody can show a certificate in the clear.
            _ => listener.ClientAuth == HttpClientAuth.Require ? FtpTlsMode.Control : FtpTlsMode.Optional,
        },
        RequiresTlsReuse = listener.RequireTlsReuse,
        ToleratesMissingCloseNotify = listener.TolerateMissingCloseNotify,
        AllowsClearCommandChannel = listener.AllowCcc,
        Data = FtpData(ftp, listener),
        Hashes = ftp.Hashes,
        ModeZ = ftp.ModeZ,
        Combines = ftp.Combine,
        Site = ftp.Site,
        IgnoresAsciiType = listener.IgnoreAscii,
        MaxAuthTries = ftp.MaxAuthTries,
        LogsCommands = listener.LogCommands,
    };

    /// <summary>Certificates of a listener, its own or those of all; null where there are none.</summary>
    public static TlsServerOptions? FtpTls(FtpSection ftp, FtpListenerSection listener)
    {
        TlsCertificateFiles? first =
            listener.CertificateFile.Length > 0 ? new TlsCertificateFiles(listener.CertificateFile, listener.CertificateKeyFile)
            : ftp.CertificateFile.Length > 0 ? new TlsCertificateFiles(ftp.CertificateFile, ftp.CertificateKeyFile)
            : null;
        return first is null || listener.TlsMode == FtpTlsModeName.Off ? null : new TlsServerOptions
        {
            Certificates =
            [
                first,
                .. ftp.Certificates.Where(static more => more.CertificateFile.Length > 0).Select(static more => new TlsCertificateFiles(more.CertificateFile, more.CertificateKeyFile)),
            ],
            MinVersion = listener.MinTlsVersion == HttpTlsVersion.Tls13 ? 13 : 12,
            CipherSuites = [.. Split(listener.CipherSuites).Select(Enum.Parse<TlsCipherSuite>)],
            ClientCertificates = listener.ClientAuth switch
            {
                HttpClientAuth.Require => TlsClientCertificates.Required,
                HttpClientAuth.Verify => TlsClientCertificates.Offered,
                _ => TlsClientCertificates.None,
            },
            AuthorityFiles = listener.ClientCaFile.Length == 0 ? [] : [listener.ClientCaFile],
            RevocationFiles = Split(listener.CaRevocationLists),
        };
    }

    /// <summary>A user's name as the rules make it.</summary>
    public static Func<string, string> UserNames(NamingRules rules) => name =>
    {
        string value = rules.HasFlag(NamingRules.Trim) ? name.Trim() : name;
        return rules.HasFlag(NamingRules.LowerCase) ? value.ToLowerInvariant() : value;
    };

    private static FtpDataOptions FtpData(FtpSection ftp, FtpListenerSection listener)
    {
        (int first, int last) = FtpCheck.TryPorts(ftp.PassivePorts, out (int First, int Last) ports) ? ports : default;
        FtpCheck.TryOverrides(listener.PassiveOverrides, out List<(string Network, IPAddress? Address)> overrides, out _);
        return new FtpDataOptions
        {
            FirstPassivePort = first,
            LastPassivePort = last,
            ExternalAddress = FtpCheck.TryIPv4(listener.PassiveAddress, out IPAddress? address) ? address : null,
            ExternalHost = listener.PassiveHost.Length == 0 ? null : listener.PassiveHost,
            Overrides = [.. overrides.Select(static entry => new FtpAddressOverride([entry.Network], entry.Address))],
            ActiveMode = ftp.ActiveMode,
            ActiveFromPort20 = ftp.ActiveFromPort20,
            AllowsForeignPassivePeer = !listener.CheckPassivePeer,
            AllowsForeignActivePeer = !listener.CheckActivePeer,
            ConnectTimeout = TimeSpan.FromSeconds(ftp.ConnectSeconds),
            StallTimeout = TimeSpan.FromSeconds(ftp.StallSeconds),
        };
    }
}
