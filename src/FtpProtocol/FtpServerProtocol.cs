using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Commands;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Data;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace Hpc.FtpProtocol;

/// <summary>Speaks FTP (RFC 959) to clients of one listener.</summary>
public sealed class FtpServerProtocol : IConnectionProtocol
{
    private FtpServices _services;

    /// <param name="options">How the listener behaves.</param>
    /// <param name="authenticator">Judges logins.</param>
    /// <param name="policy">Which users must use TLS.</param>
    /// <param name="gate">Opens sessions.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="tls">Certificates; null for none, and then <see cref="FtpServerOptions.TlsMode"/> is <see cref="FtpTlsMode.Off"/> or <see cref="FtpTlsMode.Optional"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes the logger.</param>
    public FtpServerProtocol(
        FtpServerOptions options,
        IAuthenticator authenticator,
        IFtpUserPolicy policy,
        ISessionGate gate,
        BlockPool pool,
        TlsServer? tls,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        _services = new FtpServices(
            options, new FtpCommandTable(options, tls is not null), authenticator, policy, gate, pool, new DataPorts(options.Data, time), tls, time, loggers.CreateLogger("Hpc.FtpProtocol"));
    }

    /// <inheritdoc/>
    public string Name => "ftp";

    /// <summary>Clients send ABOR behind Telnet's interrupt, as urgent data.</summary>
    public bool ReadsUrgentData => true;

    /// <inheritdoc/>
    public bool IsOfLines => true;

    /// <summary>Says whether others wait for the thread that it is called on.</summary>
    internal Func<bool> IsThreadShared
    {
        init => _services = _services with { IsThreadShared = value };
    }

    /// <inheritdoc/>
    public Task<ConnectionEndReason> RunAsync(IConnection connection) => new FtpSession(connection, _services).RunAsync();
}
