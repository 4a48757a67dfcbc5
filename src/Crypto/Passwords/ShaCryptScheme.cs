using System.Globalization;
using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary><c>$5$salt$43 letters</c> or <c>$6$salt$86 letters</c>, with <c>rounds=N$</c> in front of the salt where there are not 5,000.</summary>
internal sealed class ShaCryptScheme(PasswordAlgorithm algorithm, string prefix, HashAlgorithmName digest, int digestLength)
    : PasswordScheme(algorithm, prefix)
{
    // Hashes of the form may name 999,999,999; this many take seconds.
    private const int MaxRounds = 1_000_000;
    private const int OrdinaryRounds = 20_000;
    private const string RoundsName = "rounds=";

    private readonly ShaCrypt _crypt = new(digest, digestLength);

    public override string? WhyNot(string hash) => TryParse(hash, out _, out _, out _)
        ? null
        : $"a hash of this form is {Prefix}[{RoundsName}<{ShaCrypt.MinRounds} to {MaxRounds}>$]<salt of up to {ShaCrypt.MaxSaltLength} letters>$<{_crypt.TextLength} letters>";

    public override string CostOf(string hash)
    {
        _ = TryParse(hash, out int rounds, out _, out _);
        return Start(rounds);
    }

    public override bool IsOrdinary(string hash, string preferred)
    {
        _ = TryParse(hash, out int rounds, out _, out _);
        return rounds <= OrdinaryRounds;
    }

    public override string DecoyLike(string hash) => CostOf(hash)
        + RandomNumberGenerator.GetString(PasswordText.Crypt64, ShaCrypt.MaxSaltLength)
        + '$'
        + RandomNumberGenerator.GetString(PasswordText.Crypt64, _crypt.TextLength);

    public override bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        if (!TryParse(hash, out int rounds, out string salt, out ReadOnlySpan<char> expected))
        {
            return false;
        }

        Span<char> actual = stackalloc char[_crypt.TextLength];
        _crypt.Compute(password, salt, rounds, actual);
        return PasswordText.FixedTimeEquals(actual, expected);
    }

    private string Start(int rounds) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{RoundsName}{rounds}$");

    private bool TryParse(string hash, out int rounds, out string salt, out ReadOnlySpan<char> text)
    {
        rounds = ShaCrypt.DefaultRounds;
        salt = "";
        text = default;
        string rest = hash[Prefix.Length..];
        if (rest.StartsWith(RoundsName, StringComparison.Ordinal))
        {
            int digits = rest.IndexOf('$', StringComparison.Ordinal) - RoundsName.Length;
            if (digits < 0
                || !PasswordText.TryReadNumber(rest.AsSpan(RoundsName.Length, digits), out long named)
                || named is < ShaCrypt.MinRounds or > MaxRounds)
            {
                return false;
            }

            rounds = (int)named;
            rest = rest[(RoundsName.Length + digits + 1)..];
        }

        int end = rest.IndexOf('$', StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        salt = rest[..end];
        text = rest.AsSpan(end + 1);
        return PasswordText.IsCryptSalt(salt, ShaCrypt.MaxSaltLength)
            && text.Length == _crypt.TextLength
            && !text.ContainsAnyExcept(PasswordText.Crypt64Letters);
    }
}
