using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol;
using Hpc.Server.Configuration;
using Hpc.Transport.Buffers;
using Hpc.Transport.Proxying;
using Hpc.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>The FTP listeners of a server, with their certificates.</summary>
/// <param name="options">The configuration.</param>
/// <param name="authenticator">Judges logins.</param>
/// <param name="policy">Which users must use TLS.</param>
/// <param name="gate">Opens sessions.</param>
/// <param name="pool">Where buffers come from.</param>
/// <param name="loggers">Makes the loggers.</param>
internal sealed class FtpService(
    HpcOptions options, IAuthenticator authenticator, IFtpUserPolicy policy, ISessionGate gate, BlockPool pool, ILoggerFactory loggers) : IDisposable
{
    private readonly List<TlsServer> _certificates = [];
    private readonly List<(FtpListenerSection Listener, FtpServerProtocol Protocol, bool HasTls)> _prepared = [];

    /// <summary>Where it listens, and whether TLS is spoken there from the first byte on.</summary>
    public List<FtpBinding> Bindings { get; } = [];

    /// <summary>Reads what the listeners need, so that nothing is listened on where something is missing.</summary>
    /// <exception cref="ConfigurationException">A certificate or the banner cannot be read.</exception>
    public void Prepare()
    {
        foreach (FtpListenerSection listener in OptionMapping.FtpListeners(options.Ftp))
        {
            TlsServer? tls = OptionMapping.FtpTls(options.Ftp, listener) is { } material ? Open(material) : null;
            _prepared.Add((listener, new FtpServerProtocol(OptionMapping.Ftp(options.Ftp, listener), authenticator, policy, gate, pool, tls, TimeProvider.System, loggers), tls is not null));
        }
    }

    /// <summary>Listens on all end points of the configuration.</summary>
    /// <param name="listen">Listens on one, and says where.</param>
    /// <exception cref="ConfigurationException">An address cannot be listened on.</exception>
    public void Listen(Func<IPEndPoint, FtpServerProtocol, ProxyProtocolOptions, IPEndPoint> listen)
    {
        foreach ((FtpListenerSection listener, FtpServerProtocol protocol, bool hasTls) in _prepared)
        {
            ProxyProtocolOptions proxy = OptionMapping.ProxyProtocol(options.ProxyProtocol, listener.ApplyProxyConfig);
            Bindings.Add(new FtpBinding(listen(listener.Address!, protocol, proxy), listener, hasTls));
        }
    }

    /// <summary>Reads the certificates of all listeners again; false if those of one could not be read, which stay as they were.</summary>
    public bool ReloadCertificates()
    {
        bool isRead = true;
        foreach (TlsServer certificates in _certificates)
        {
            isRead &= certificates.Reload();
        }

        return isRead;
    }

    /// <summary>When no connection is left.</summary>
    public void Dispose()
    {
        foreach (TlsServer certificates in _certificates)
        {
            certificates.Dispose();
        }
    }

    private TlsServer Open(TlsServerOptions material)
    {
        try
        {
            var certificates = new TlsServer(material, pool, loggers.CreateLogger<TlsServer>());
            _certificates.Add(certificates);
            return certificates;
        }
        catch (TlsConfigurationException e)
        {
            throw new ConfigurationException($"{FtpKeys.Listeners}: {e.Message}", e);
        }
    }
}

/// <summary>Where FTP is listened for.</summary>
/// <param name="EndPoint">The address and port.</param>
/// <param name="Listener">As it is configured.</param>
/// <param name="HasTls">True if it has a certificate.</param>
internal sealed record FtpBinding(IPEndPoint EndPoint, FtpListenerSection Listener, bool HasTls)
{
    /// <summary>As addresses begin in clients.</summary>
    public string Scheme => Listener.TlsMode == FtpTlsModeName.Implicit ? "ftps" : "ftp";
}
