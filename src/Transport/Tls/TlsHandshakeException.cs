namespace Hpc.Transport.Tls;

/// <summary>A TLS handshake that failed; the message says why, for the log alone.</summary>
public sealed class TlsHandshakeException : IOException
{
    /// <summary>Makes one without a reason.</summary>
    public TlsHandshakeException()
    {
    }

    /// <summary>Makes one.</summary>
    public TlsHandshakeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public TlsHandshakeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
