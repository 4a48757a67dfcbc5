using Hpc.Crypto.Interop;

namespace Hpc.Crypto.KeyAgreement;

/// <content>The groups of RFC 2409 and RFC 3526, all with generator 2.</content>
public sealed partial class DhGroup
{
    private static readonly Lazy<DhGroup> Group1 = Known(LibCrypto.BN_get_rfc2409_prime_1024);
    private static readonly Lazy<DhGroup> Group14 = Known(LibCrypto.BN_get_rfc3526_prime_2048);
    private static readonly Lazy<DhGroup> Group15 = Known(LibCrypto.BN_get_rfc3526_prime_3072);
    private static readonly Lazy<DhGroup> Group16 = Known(LibCrypto.BN_get_rfc3526_prime_4096);
    private static readonly Lazy<DhGroup> Group17 = Known(LibCrypto.BN_get_rfc3526_prime_6144);
    private static readonly Lazy<DhGroup> Group18 = Known(LibCrypto.BN_get_rfc3526_prime_8192);

    private static readonly Lazy<DhGroup>[] ExchangeGroups = [Group14, Group15, Group16, Group17, Group18];

    internal static DhGroup OfKeyExchange(string name) => name switch
    {
        "diffie-hellman-group1-sha1" => Group1.Value,
        "diffie-hellman-group14-sha1" or "diffie-hellman-group14-sha256" => Group14.Value,
        "diffie-hellman-group16-sha512" => Group16.Value,
        "diffie-hellman-group18-sha512" => Group18.Value,
        _ => throw new ArgumentException($"'{name}' has no group of its own.", nameof(name)),
    };

    private static Lazy<DhGroup> Known(Func<nint, nint> prime) => new(() =>
    {
        using var number = new BigNumber(prime(0));
        byte[] p = new byte[(number.Bits + 7) / 8];
        number.CopyTo(p);
        return new DhGroup(p, new byte[] { 2 });
    });
}
