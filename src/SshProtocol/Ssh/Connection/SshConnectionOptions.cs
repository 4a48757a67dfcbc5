using Hpc.Crypto;
using Hpc.SshProtocol.Ssh.KeyExchange;

namespace Hpc.SshProtocol.Ssh.Connection;

/// <summary>Algorithm names that a side offers, best first.</summary>
internal sealed record SshAlgorithms
{
    public required IReadOnlyList<string> KeyExchange { get; init; }

    /// <summary>Signature algorithms of host keys; a server offers those that its keys can do.</summary>
    public required IReadOnlyList<string> HostKey { get; init; }

    public required IReadOnlyList<string> Cipher { get; init; }

    public required IReadOnlyList<string> Mac { get; init; }

    /// <summary>Signature algorithms accepted from users, for server-sig-algs (RFC 8308 §3.1).</summary>
    public required IReadOnlyList<string> PublicKey { get; init; }

    public IReadOnlyList<string> Compression { get; init; } = [DirectionAlgorithms.NoCompression, DirectionAlgorithms.DelayedZlib];

    public static SshAlgorithms Of(CryptoProfile profile) => new()
    {
        KeyExchange = AlgorithmCatalog.Names(AlgorithmKind.KeyExchange, profile),
        HostKey = AlgorithmCatalog.Names(AlgorithmKind.HostKey, profile),
        Cipher = AlgorithmCatalog.Names(AlgorithmKind.Cipher, profile),
        Mac = AlgorithmCatalog.Names(AlgorithmKind.Mac, profile),
        PublicKey = AlgorithmCatalog.Names(AlgorithmKind.PublicKey, profile),
    };
}

/// <summary>What both roles need to know.</summary>
internal sealed record SshConnectionOptions
{
    public required SshAlgorithms Algorithms { get; init; }

    /// <summary>Software version in the identification string (RFC 4253 §4.2): printable ASCII without blanks and minus.</summary>
    public string SoftwareVersion { get; init; } = "hpc";

    /// <summary>Bytes in one direction after which keys are changed (RFC 4253 §9).</summary>
    public long RekeyBytes { get; init; } = 1L << 30;

    /// <summary>Packets in one direction after which keys are changed; far below the 2^32 at which sequence numbers would repeat.</summary>
    public long RekeyPackets { get; init; } = 1L << 30;

    public TimeSpan RekeyInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Quiet time after which the peer is asked for a sign of life; zero for never.</summary>
    public TimeSpan KeepaliveInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Unanswered keepalives after which the connection ends.</summary>
    public int KeepaliveCountMax { get; init; } = 5;

    /// <summary>Window that a channel begins with, bytes.</summary>
    public int InitialWindow { get; init; } = 2 * 1024 * 1024;

    /// <summary>Window that a channel may grow to, bytes.</summary>
    public int MaxWindow { get; init; } = 16 * 1024 * 1024;

    /// <summary>What the windows of all channels together may grow to, bytes.</summary>
    public int MaxTotalWindow { get; init; } = 32 * 1024 * 1024;

    /// <summary>Largest data packet that we ask the peer to send, bytes.</summary>
    public int MaxPacket { get; init; } = 64 * 1024;

    /// <summary>Channels per connection (OpenSSH: MaxSessions).</summary>
    public int MaxChannels { get; init; } = 10;

    /// <summary>
    /// Work on keys that the peer may cause per minute after login: 1 for a key exchange on curves with a small host key, <see cref="ExpensiveKeyWork"/> for one in a
    /// finite field or with RSA, and for each RSA proof of a host key.
    /// </summary>
    public int MaxKeyWorkPerMinute { get; init; } = 30_000;

    /// <summary>What a key exchange of milliseconds counts for.</summary>
    public const int ExpensiveKeyWork = 100;

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
