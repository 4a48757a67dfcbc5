using System.Net.Security;

namespace Hpc.Transport.Tls;

/// <summary>TLS of a listener (spec/18).</summary>
public sealed record TlsServerOptions
{
    /// <summary>The certificates; a client that names no host, or none of theirs, is shown the first.</summary>
    public required IReadOnlyList<TlsCertificateFiles> Certificates { get; init; }

    /// <summary>12 or 13 (R18.2).</summary>
    public int MinVersion { get; init; } = 12;

    /// <summary>Cipher suites of TLS 1.2, the most wanted first, those that the system does not know left out; empty are the usual ones. TLS 1.3 has its own.</summary>
    public IReadOnlyList<TlsCipherSuite> CipherSuites { get; init; } = [];

    /// <summary>Whether clients show a certificate.</summary>
    public TlsClientCertificates ClientCertificates { get; init; }

    /// <summary>PEM files of the authorities that sign client certificates.</summary>
    public IReadOnlyList<string> AuthorityFiles { get; init; } = [];

    /// <summary>Files (PEM or DER) with what these authorities have revoked.</summary>
    public IReadOnlyList<string> RevocationFiles { get; init; } = [];

    /// <summary>The one protocol that a client may name (ALPN, RFC 7301); one that names others alone speaks to the wrong server and is refused. Empty for no look at it.</summary>
    public string ApplicationProtocol { get; init; } = "ftp";
}

/// <summary>A certificate and its key.</summary>
/// <param name="CertificateFile">PEM file of the certificate and its chain.</param>
/// <param name="KeyFile">PEM file of the private key, without a pass phrase.</param>
public sealed record TlsCertificateFiles(string CertificateFile, string KeyFile);

/// <summary>Whether clients show a certificate; the numbers are those of <c>client_auth_type</c>.</summary>
public enum TlsClientCertificates
{
    /// <summary>Not asked for.</summary>
    None = 0,

    /// <summary>Required and verified.</summary>
    Required = 1,

    /// <summary>Verified if one is shown.</summary>
    Offered = 2,
}
