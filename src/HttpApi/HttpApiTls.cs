using System.Net.Security;

namespace Hpc.HttpApi;

/// <summary>TLS of a listener (spec/18).</summary>
public sealed record HttpApiTls
{
    /// <summary>PEM file of the certificate and its chain.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>PEM file of the private key.</summary>
    public required string KeyFile { get; init; }

    /// <summary>12 or 13 (R18.2).</summary>
    public int MinVersion { get; init; } = 12;

    /// <summary>Whether clients show a certificate, in addition to their tokens (R2.26).</summary>
    public ClientCertificates ClientCertificates { get; init; }

    /// <summary>PEM files of the authorities that sign client certificates.</summary>
    public IReadOnlyList<string> AuthorityFiles { get; init; } = [];

    /// <summary>Files (PEM or DER) with what these authorities have revoked.</summary>
    public IReadOnlyList<string> RevocationFiles { get; init; } = [];

    /// <summary>Cipher suites of TLS 1.2, the most wanted first; empty are those of the system. TLS 1.3 has its own.</summary>
    public IReadOnlyList<TlsCipherSuite> CipherSuites { get; init; } = [];
}
