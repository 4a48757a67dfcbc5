namespace Hpc.Transport.Tls;

/// <summary>A connection after its TLS handshake.</summary>
public sealed class TlsChannel : IAsyncDisposable
{
    private readonly TlsStream _stream;

    internal TlsChannel(TlsStream stream, TlsEngine engine, bool isData)
    {
        _stream = stream;
        IsResumed = engine.IsResumed;
        Description = engine.Description;
        ClientCertificate = isData ? default(ReadOnlyMemory<byte>) : engine.PeerCertificate;
    }

    /// <summary>Plain bytes, both ways; a read into no memory waits until there is something to read.</summary>
    public Stream Stream => _stream;

    /// <summary>The client's certificate (DER), verified against the authorities and what they have revoked; empty if it gave none.</summary>
    public ReadOnlyMemory<byte> ClientCertificate { get; }

    /// <summary>True if the handshake resumed a session; with a bound <see cref="TlsSession"/>, one of that session.</summary>
    public bool IsResumed { get; }

    /// <summary>Version and cipher suite for logs (<c>TLSv1.3 TLS_AES_256_GCM_SHA384</c>).</summary>
    public string Description { get; }

    /// <summary>What came behind the peer's close_notify, in plain (CCC); valid after <see cref="WaitForCloseAsync"/> until the channel is disposed.</summary>
    public ReadOnlyMemory<byte> Unread => _stream.Unread;

    /// <summary>Where TLS is read and written by data connections.</summary>
    internal TlsStream Inner => _stream;

    /// <summary>Sends close_notify. Nothing may be written after it.</summary>
    public ValueTask ShutdownAsync(CancellationToken ct) => _stream.ShutDownAsync(ct);

    /// <summary>Reads over what the peer still sends until its close_notify or the end of the stream; true for the first.</summary>
    public ValueTask<bool> WaitForCloseAsync(CancellationToken ct) => _stream.WaitForCloseAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
