using System.Collections.Frozen;
using System.Security.Cryptography;
using Hpc.Crypto.KeyAgreement;

namespace Hpc.Crypto;

/// <content>Key exchange methods.</content>
public static partial class AlgorithmCatalog
{
    private static readonly FrozenDictionary<string, KeyExchangeDefinition> KeyExchanges = new KeyExchangeDefinition[]
    {
        new("curve25519-sha256", HashAlgorithmName.SHA256, KeyExchangeFamily.Curve25519),
        new("curve25519-sha256@libssh.org", HashAlgorithmName.SHA256, KeyExchangeFamily.Curve25519),
        new("ecdh-sha2-nistp256", HashAlgorithmName.SHA256, KeyExchangeFamily.NistCurve),
        new("ecdh-sha2-nistp384", HashAlgorithmName.SHA384, KeyExchangeFamily.NistCurve),
        new("ecdh-sha2-nistp521", HashAlgorithmName.SHA512, KeyExchangeFamily.NistCurve),
        new("diffie-hellman-group16-sha512", HashAlgorithmName.SHA512, KeyExchangeFamily.FixedGroup),
        new("diffie-hellman-group18-sha512", HashAlgorithmName.SHA512, KeyExchangeFamily.FixedGroup),
        new("diffie-hellman-group14-sha256", HashAlgorithmName.SHA256, KeyExchangeFamily.FixedGroup),
        new("diffie-hellman-group14-sha1", HashAlgorithmName.SHA1, KeyExchangeFamily.FixedGroup),
        new("diffie-hellman-group1-sha1", HashAlgorithmName.SHA1, KeyExchangeFamily.FixedGroup),
        new("diffie-hellman-group-exchange-sha256", HashAlgorithmName.SHA256, KeyExchangeFamily.GroupExchange),
        new("diffie-hellman-group-exchange-sha1", HashAlgorithmName.SHA1, KeyExchangeFamily.GroupExchange),
    }.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>Hash of a method's exchange hash and key derivation.</summary>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static HashAlgorithmName HashOf(string keyExchange) => Find(keyExchange).Hash;

    /// <summary>True for the methods of RFC 4419, where the server chooses the group.</summary>
    public static bool IsGroupExchange(string keyExchange) => Find(keyExchange).Family == KeyExchangeFamily.GroupExchange;

    /// <summary>True if a run takes milliseconds (finite-field Diffie-Hellman): construct and derive on a worker.</summary>
    public static bool IsExpensive(string keyExchange) => Find(keyExchange).Family is KeyExchangeFamily.FixedGroup or KeyExchangeFamily.GroupExchange;

    /// <summary>Starts a run of a method with a curve or group of its own.</summary>
    /// <exception cref="ArgumentException">There is no such method, or it is one of RFC 4419.</exception>
    public static KeyAgreement.KeyAgreement CreateKeyAgreement(string keyExchange)
    {
        KeyExchangeDefinition method = Find(keyExchange);
        return method.Family switch
        {
            KeyExchangeFamily.Curve25519 => new Curve25519KeyAgreement(),
            KeyExchangeFamily.NistCurve => new NistCurveKeyAgreement(NistCurve.OfKeyExchange(keyExchange), method.Hash),
            KeyExchangeFamily.FixedGroup => new GroupKeyAgreement(DhGroup.OfKeyExchange(keyExchange), method.Hash),
            _ => throw new ArgumentException($"'{keyExchange}' needs a group.", nameof(keyExchange)),
        };
    }

    /// <summary>Starts a run of a method of RFC 4419 with the group that the server chose.</summary>
    /// <exception cref="ArgumentException">It is not a method of RFC 4419.</exception>
    public static KeyAgreement.KeyAgreement CreateGroupExchange(string keyExchange, DhGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        KeyExchangeDefinition method = Find(keyExchange);
        return method.Family == KeyExchangeFamily.GroupExchange
            ? new GroupKeyAgreement(group, method.Hash)
            : throw new ArgumentException($"'{keyExchange}' has a group of its own.", nameof(keyExchange));
    }

    private static KeyExchangeDefinition Find(string keyExchange) =>
        KeyExchanges.TryGetValue(keyExchange, out KeyExchangeDefinition? method)
            ? method
            : throw new ArgumentException($"There is no key exchange method '{keyExchange}'.", nameof(keyExchange));
}
