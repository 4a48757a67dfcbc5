using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>Speaks SSH to clients of one listener.</summary>
public sealed class SshServerProtocol : IConnectionProtocol
{
    private readonly BlockPool _pool;
    private readonly SshServerServices _services;
    private readonly SshConnectionOptions _connectionOptions;
    private volatile HostKeySet _hostKeys;

    /// <param name="options">How the listener behaves.</param>
    /// <param name="authenticator">Judges logins.</param>
    /// <param name="gate">Opens sessions.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="loggers">Makes the logger.</param>
    public SshServerProtocol(SshServerOptions options, IAuthenticator authenticator, ISessionGate gate, BlockPool pool, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        _pool = pool;
        _services = new SshServerServices(
            options, authenticator, gate, new ChannelPrograms(pool, options, loggers), loggers.CreateLogger("ssh"));
        _connectionOptions = new SshConnectionOptions
        {
            Algorithms = SshAlgorithms.Of(options.Profile),
            SoftwareVersion = options.SoftwareVersion,
            RekeyBytes = options.RekeyBytes,
            RekeyInterval = options.RekeyInterval,
            KeepaliveInterval = options.KeepaliveInterval,
            KeepaliveCountMax = options.KeepaliveCountMax,
            MaxChannels = options.MaxChannels,
        };
        _hostKeys = new HostKeySet(options.HostKeys, _connectionOptions.Algorithms.HostKey);
        if (_hostKeys.Algorithms.Count == 0)
        {
            throw new ArgumentException("None of the host keys can be used with the crypto profile; add an ed25519 key or choose another profile.", nameof(options));
        }
    }

    /// <inheritdoc/>
    public string Name => "ssh";

    /// <summary>Takes other host keys for connections from now on.</summary>
    public void ReplaceHostKeys(IReadOnlyList<Hpc.Crypto.Keys.SshPrivateKey> keys) =>
        _hostKeys = new HostKeySet(keys, _connectionOptions.Algorithms.HostKey);

    /// <inheritdoc/>
    public Task<ConnectionEndReason> RunAsync(IConnection connection) =>
        new SshServerConnection(connection, _connectionOptions, _hostKeys, _services, _pool).RunAsync();
}
