namespace Hpc.Crypto;

/// <summary>What an SSH algorithm name names.</summary>
public enum AlgorithmKind
{
    /// <summary>Key exchange method.</summary>
    KeyExchange,

    /// <summary>Signature algorithm of the host key (the server_host_key_algorithms of KEXINIT).</summary>
    HostKey,

    /// <summary>Encryption algorithm.</summary>
    Cipher,

    /// <summary>MAC algorithm.</summary>
    Mac,

    /// <summary>Signature algorithm of users' keys (the server-sig-algs of RFC 8308).</summary>
    PublicKey,
}
