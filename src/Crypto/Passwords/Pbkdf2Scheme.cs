using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hpc.Crypto.Passwords;

/// <summary>
/// PBKDF2 (RFC 8018 §5.2) with HMAC: <c>prefix iterations $ salt $ base64 of the key</c>. The salt is text, its characters the bytes, or
/// base64; the key is as long as what is stored.
/// </summary>
internal sealed class Pbkdf2Scheme(PasswordAlgorithm algorithm, string prefix, HashAlgorithmName digest, int digestLength, bool saltIsBase64)
    : PasswordScheme(algorithm, prefix)
{
    // Iterations times blocks of key: some seconds.
    private const long MaxWork = 10_000_000;
    private const int MaxSaltLength = 256;

    // OWASP's number for SHA-256.
    private const long OrdinaryWork = 600_000;

    // Shorter keys could be hit by chance; 389 Directory Server writes 256 bytes.
    private const int MinKeyLength = 16;
    private const int MaxKeyLength = 256;

    public override string? WhyNot(string hash) => TryParse(hash, out _, out _, out _)
        ? null
        : $"a hash of this form is {Prefix}<iterations>$<{(saltIsBase64 ? "base64 of the salt" : "salt")}>$<base64 of {MinKeyLength} to {MaxKeyLength} bytes>, "
            + $"with up to {MaxWork} iterations for each {digestLength} bytes of key";

    public override string CostOf(string hash)
    {
        _ = TryParse(hash, out int iterations, out _, out byte[] key);
        return string.Create(CultureInfo.InvariantCulture, $"{DigestPrefix}{iterations}$x{Blocks(key.Length)}");
    }

    public override bool IsOrdinary(string hash, string preferred)
    {
        _ = TryParse(hash, out int iterations, out _, out byte[] key);
        return (long)iterations * Blocks(key.Length) <= OrdinaryWork;
    }

    public override string DecoyLike(string hash)
    {
        _ = TryParse(hash, out int iterations, out _, out byte[] key);
        string salt = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{iterations}${salt}${Convert.ToBase64String(RandomNumberGenerator.GetBytes(key.Length))}");
    }

    public override bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        if (!TryParse(hash, out int iterations, out byte[] salt, out byte[] expected))
        {
            return false;
        }

        Span<byte> actual = stackalloc byte[MaxKeyLength];
        actual = actual[..expected.Length];
        Rfc2898DeriveBytes.Pbkdf2(password, salt, actual, iterations, digest);
        return CryptographicOperations.FixedTimeEquals(actual, expected);
    }

    // How the salt is written costs nothing.
    private string DigestPrefix => Prefix.Replace("b64salt-", "", StringComparison.Ordinal);

    private int Blocks(int keyLength) => (keyLength + digestLength - 1) / digestLength;

    private bool TryParse(string hash, out int iterations, out byte[] salt, out byte[] key)
    {
        iterations = 0;
        salt = key = [];
        string[] parts = hash[Prefix.Length..].Split('$', 4);
        if (parts.Length != 3
            || !PasswordText.TryReadNumber(parts[0], out long count)
            || !PasswordText.TryFromBase64(parts[2], out key)
            || key.Length is < MinKeyLength or > MaxKeyLength
            || count * Blocks(key.Length) > MaxWork)
        {
            return false;
        }

        iterations = (int)count;
        if (!saltIsBase64)
        {
            salt = Encoding.UTF8.GetBytes(parts[1]);
        }
        else if (!PasswordText.TryFromBase64(parts[1], out salt))
        {
            return false;
        }

        return salt.Length is >= 1 and <= MaxSaltLength;
    }
}
