using System.Collections.Frozen;

namespace Hpc.Crypto;

/// <summary>Every SSH algorithm there is here, by name: one closed table, most preferred first within its kind.</summary>
public static partial class AlgorithmCatalog
{
    private static readonly AlgorithmEntry[] Entries =
    [
        new(AlgorithmKind.KeyExchange, CryptoProfile.Default, "curve25519-sha256"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Default, "curve25519-sha256@libssh.org"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Compatible, "ecdh-sha2-nistp256"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Compatible, "ecdh-sha2-nistp384"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Compatible, "ecdh-sha2-nistp521"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Default, "diffie-hellman-group16-sha512"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Default, "diffie-hellman-group18-sha512"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Default, "diffie-hellman-group-exchange-sha256"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Compatible, "diffie-hellman-group14-sha256"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Legacy, "diffie-hellman-group14-sha1"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Legacy, "diffie-hellman-group-exchange-sha1"),
        new(AlgorithmKind.KeyExchange, CryptoProfile.Legacy, "diffie-hellman-group1-sha1"),

        new(AlgorithmKind.HostKey, CryptoProfile.Default, "ssh-ed25519"),
        new(AlgorithmKind.HostKey, CryptoProfile.Compatible, "ecdsa-sha2-nistp256"),
        new(AlgorithmKind.HostKey, CryptoProfile.Compatible, "ecdsa-sha2-nistp384"),
        new(AlgorithmKind.HostKey, CryptoProfile.Compatible, "ecdsa-sha2-nistp521"),
        new(AlgorithmKind.HostKey, CryptoProfile.Default, "rsa-sha2-512"),
        new(AlgorithmKind.HostKey, CryptoProfile.Default, "rsa-sha2-256"),
        new(AlgorithmKind.HostKey, CryptoProfile.Legacy, "ssh-rsa"),

        new(AlgorithmKind.Cipher, CryptoProfile.Default, "aes128-gcm@openssh.com"),
        new(AlgorithmKind.Cipher, CryptoProfile.Default, "aes256-gcm@openssh.com"),
        new(AlgorithmKind.Cipher, CryptoProfile.Default, "chacha20-poly1305@openssh.com"),
        new(AlgorithmKind.Cipher, CryptoProfile.Default, "aes128-ctr"),
        new(AlgorithmKind.Cipher, CryptoProfile.Default, "aes192-ctr"),
        new(AlgorithmKind.Cipher, CryptoProfile.Default, "aes256-ctr"),
        new(AlgorithmKind.Cipher, CryptoProfile.Legacy, "aes128-cbc"),
        new(AlgorithmKind.Cipher, CryptoProfile.Legacy, "aes192-cbc"),
        new(AlgorithmKind.Cipher, CryptoProfile.Legacy, "aes256-cbc"),
        new(AlgorithmKind.Cipher, CryptoProfile.Legacy, "3des-cbc"),

        new(AlgorithmKind.Mac, CryptoProfile.Default, "hmac-sha2-256-etm@openssh.com"),
        new(AlgorithmKind.Mac, CryptoProfile.Default, "hmac-sha2-512-etm@openssh.com"),
        new(AlgorithmKind.Mac, CryptoProfile.Compatible, "hmac-sha2-256"),
        new(AlgorithmKind.Mac, CryptoProfile.Compatible, "hmac-sha2-512"),
        new(AlgorithmKind.Mac, CryptoProfile.Legacy, "hmac-sha1-etm@openssh.com"),
        new(AlgorithmKind.Mac, CryptoProfile.Legacy, "hmac-sha1"),

        new(AlgorithmKind.PublicKey, CryptoProfile.Default, "ssh-ed25519"),
        new(AlgorithmKind.PublicKey, CryptoProfile.Default, "ecdsa-sha2-nistp256"),
        new(AlgorithmKind.PublicKey, CryptoProfile.Default, "ecdsa-sha2-nistp384"),
        new(AlgorithmKind.PublicKey, CryptoProfile.Default, "ecdsa-sha2-nistp521"),
        new(AlgorithmKind.PublicKey, CryptoProfile.Default, "rsa-sha2-512"),
        new(AlgorithmKind.PublicKey, CryptoProfile.Default, "rsa-sha2-256"),
        new(AlgorithmKind.PublicKey, CryptoProfile.Legacy, "ssh-rsa"),
    ];

    private static readonly FrozenDictionary<(AlgorithmKind Kind, CryptoProfile Profile), string[]> NameLists =
        (from kind in Enum.GetValues<AlgorithmKind>()
         from profile in Enum.GetValues<CryptoProfile>()
         select (kind, profile)).ToFrozenDictionary(
            key => key,
            key => Entries.Where(entry => entry.Kind == key.kind && entry.Profile <= key.profile).Select(entry => entry.Name).ToArray());

    /// <summary>Names of a kind that a profile offers, most preferred first.</summary>
    public static IReadOnlyList<string> Names(AlgorithmKind kind, CryptoProfile profile) => NameLists[(kind, profile)];

    /// <summary>True if the name is known under this kind, in whatever profile.</summary>
    public static bool IsKnown(AlgorithmKind kind, string name) => Names(kind, CryptoProfile.Legacy).Contains(name, StringComparer.Ordinal);

    /// <summary>The first profile that offers the name.</summary>
    /// <exception cref="ArgumentException">There is no such algorithm.</exception>
    public static CryptoProfile ProfileOf(AlgorithmKind kind, string name)
    {
        foreach (AlgorithmEntry entry in Entries)
        {
            if (entry.Kind == kind && entry.Name == name)
            {
                return entry.Profile;
            }
        }

        throw new ArgumentException($"There is no algorithm '{name}' of kind {kind}.", nameof(name));
    }
}
