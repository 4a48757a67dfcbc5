using System.Buffers;
using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary>
/// A digest in hexadecimal, <c>{MD5}5f4dcc3b…</c>: no salt and no cost, so that a refusal comes at once. It is here for users who move in.
/// </summary>
internal sealed class DigestScheme(string prefix, HashAlgorithmName digest, int digestLength) : PasswordScheme(PasswordAlgorithm.Digest, prefix)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public override string? WhyNot(string hash) =>
        hash.Length == Prefix.Length + (2 * digestLength) && !hash.AsSpan(Prefix.Length).ContainsAnyExcept(HexDigits)
            ? null
            : $"{Prefix} is followed by {2 * digestLength} hexadecimal digits (not base64)";

    public override string CostOf(string hash) => Prefix;

    public override string DecoyLike(string hash) => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(digestLength));

    public override bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        if (WhyNot(hash) is not null)
        {
            return false;
        }

        Span<byte> actual = stackalloc byte[digestLength];
        int written = CryptographicOperations.HashData(digest, password, actual);
        byte[] expected = Convert.FromHexString(hash.AsSpan(Prefix.Length));
        return written == digestLength && CryptographicOperations.FixedTimeEquals(actual, expected);
    }
}
