using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary><c>$1$salt$22 letters</c>, or <c>$apr1$</c>.</summary>
internal sealed class Md5CryptScheme(string prefix) : PasswordScheme(PasswordAlgorithm.Md5Crypt, prefix)
{
    public override string? WhyNot(string hash) => TryParse(hash, out _, out _)
        ? null
        : $"a hash of this form is {Prefix}<salt of up to {Md5Crypt.MaxSaltLength} letters>$<{Md5Crypt.TextLength} letters>";

    // Both prefixes cost the same.
    public override string CostOf(string hash) => "$1$";

    public override string DecoyLike(string hash) => Prefix
        + RandomNumberGenerator.GetString(PasswordText.Crypt64, Md5Crypt.MaxSaltLength)
        + '$'
        + RandomNumberGenerator.GetString(PasswordText.Crypt64, Md5Crypt.TextLength);

    public override bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        if (!TryParse(hash, out string salt, out ReadOnlySpan<char> expected))
        {
            return false;
        }

        Span<char> actual = stackalloc char[Md5Crypt.TextLength];
        Md5Crypt.Compute(password, Prefix, salt, actual);
        return PasswordText.FixedTimeEquals(actual, expected);
    }

    private bool TryParse(string hash, out string salt, out ReadOnlySpan<char> text)
    {
        int end = hash.LastIndexOf('$');
        salt = end >= Prefix.Length ? hash[Prefix.Length..end] : "";
        text = hash.AsSpan(end + 1);
        return end >= Prefix.Length
            && PasswordText.IsCryptSalt(salt, Md5Crypt.MaxSaltLength)
            && text.Length == Md5Crypt.TextLength
            && !text.ContainsAnyExcept(PasswordText.Crypt64Letters);
    }
}
