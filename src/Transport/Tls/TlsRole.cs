namespace Hpc.Transport.Tls;

/// <summary>What a TLS connection is for.</summary>
internal enum TlsRole
{
    /// <summary>Asks for a certificate where that is configured, and gives tickets.</summary>
    Control,

    /// <summary>Sends nothing of its own behind the handshake.</summary>
    Data,

    /// <summary>As <see cref="Data"/>; and a session that resumed none is not to be resumed either: it is a stranger's, as like as not.</summary>
    BoundData,
}
