using System.Globalization;
using System.Security.Cryptography;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging;

namespace Hpc.Transport.Tls;

/// <summary>TLS of a listener: its certificates by name, whom it trusts, and what it has revoked. Reloaded without dropping a connection.</summary>
public sealed class TlsServer : IDisposable
{
    private readonly TlsServerOptions _options;
    private readonly ILogger _logger;
    private volatile TlsContext _context;

    /// <param name="options">Which files, and what is asked for.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="TlsConfigurationException">A file cannot be used.</exception>
    public TlsServer(TlsServerOptions options, BlockPool pool, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pool);
        _options = options;
        _logger = logger;
        Pool = pool;
        try
        {
            _context = Read();
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw new TlsConfigurationException($"The TLS certificate {NameOf(options)} and its key, or an authority beside them, cannot be used: {e.Message}", e);
        }
    }

    internal BlockPool Pool { get; }

    /// <summary>State that a control connection shares with its data connections.</summary>
    /// <param name="isBound">True if only a resumption of this very session is to be told as one (<see cref="TlsChannel.IsResumed"/>).</param>
    public TlsSession NewSession(bool isBound)
    {
        // A session that another control connection began went by the lists of then, so that one with client certificates resumes within itself alone too.
        bool isAlone = isBound || _options.ClientCertificates != TlsClientCertificates.None;
        return new TlsSession(this, _context, isAlone, isBound);
    }

    /// <summary>Reads all files again; false if one cannot be used, and everything stays as it was. Connections that are there go on with what they began with.</summary>
    public bool Reload()
    {
        try
        {
            _context = Read();
            return true;
        }
        catch (Exception e) when (IsUnusable(e))
        {
            TlsLog.NotReloaded(_logger, NameOf(_options), e.Message);
            return false;
        }
    }

    /// <summary>Gives the certificates up; sessions that are there must have ended.</summary>
    public void Dispose() => _context.Dispose();

    private static bool IsUnusable(Exception e) =>
        e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or FormatException or DllNotFoundException;

    private static string NameOf(TlsServerOptions options) => string.Join(", ", options.Certificates.Select(files => files.CertificateFile));

    private TlsContext Read()
    {
        var context = new TlsContext(_options);
        TlsLog.Loaded(_logger, NameOf(_options), context.FirstExpiry.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ssK", CultureInfo.InvariantCulture));
        return context;
    }
}
