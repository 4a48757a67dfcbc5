using System.Security.Cryptography;
using Hpc.Transport.Buffers;
using Hpc.Transport.Tls.Interop;

namespace Hpc.Transport.Tls;

/// <summary>What one control connection and its data connections share: certificates of one moment, and tickets.</summary>
public sealed class TlsSession : IDisposable
{
    private static ReadOnlySpan<byte> Everybody => "hpc"u8;

    private readonly TlsServer _server;
    private readonly TlsContext _context;
    private readonly byte[]? _name;
    private readonly bool _isBound;
    private volatile bool _isDisposed;
    private TlsEngine? _control;

    // A ticket holds the name that it was made under, sealed with the context's keys; libssl resumes it under that name alone.
    internal TlsSession(TlsServer server, TlsContext context, bool isAlone, bool isBound)
    {
        _server = server;
        _context = context;
        _isBound = isBound;
        _name = isAlone ? RandomNumberGenerator.GetBytes(LibSsl.MaximumSessionContext) : null;
    }

    /// <summary>
    /// Shakes hands as server. <see cref="TlsHandshakeException"/> (an <see cref="IOException"/>) says why it failed, for the log alone. The caller bounds the time by <paramref name="ct"/>.
    /// </summary>
    /// <param name="lower">The peer's bytes; stays open until the channel is disposed.</param>
    /// <param name="isData">True for a data connection: no client certificate is asked for.</param>
    /// <param name="ct">Gives up.</param>
    public async ValueTask<TlsChannel> HandshakeAsync(Stream lower, bool isData, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        TlsRole role = !isData ? TlsRole.Control : _isBound ? TlsRole.BoundData : TlsRole.Data;
#pragma warning disable CA2000 // The channel owns both.
        var engine = new TlsEngine(_context, _name ?? Everybody, role);
        var stream = new TlsStream(lower, engine, _server.Pool, isData ? BlockPool.Large : BlockPool.Small);
#pragma warning restore CA2000
        try
        {
            await stream.HandshakeAsync(ct).ConfigureAwait(false);
            if (!isData)
            {
                _control = engine;
            }
            else if (engine.IsResumed)
            {
                _control?.RenewTicket();
            }

            return new TlsChannel(stream, engine, isData);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>No more handshakes; connections that are there go on.</summary>
    public void Dispose() => _isDisposed = true;
}
