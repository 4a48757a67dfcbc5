namespace Hpc.Crypto.Passwords;

/// <summary>
/// Password hashes in the forms of spec §10 that are supported: argon2id (PHC) and bcrypt (<c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>).
/// Hashing and verifying take tens of milliseconds and megabytes by design: call them on a bounded worker.
/// </summary>
public static class PasswordHash
{
    /// <summary>Longest password, in bytes.</summary>
    public const int MaxPasswordLength = 1024;

    private const int MaxEncodedLength = 512;

    /// <summary>True if a password can be used at all: 1–1,024 bytes without NUL (at which C implementations of bcrypt end).</summary>
    public static bool IsUsable(ReadOnlySpan<byte> password) =>
        password.Length is >= 1 and <= MaxPasswordLength && !password.Contains((byte)0);

    /// <summary>Makes a hash with a new random salt.</summary>
    /// <exception cref="ArgumentException">The password is not <see cref="IsUsable"/>.</exception>
    public static string Hash(ReadOnlySpan<byte> password, PasswordAlgorithm algorithm = PasswordAlgorithm.Argon2id)
    {
        ThrowIfUnusable(password);
        return algorithm switch
        {
            PasswordAlgorithm.Argon2id => Argon2id.Hash(password, Argon2Parameters.Default),
            PasswordAlgorithm.Bcrypt => Bcrypt.Hash(password, Bcrypt.DefaultCost),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };
    }

    /// <summary>Makes a bcrypt hash of a cost from 4 to 31; every step doubles the time.</summary>
    /// <exception cref="ArgumentException">The password is not <see cref="IsUsable"/>, or the cost is out of range.</exception>
    public static string HashBcrypt(ReadOnlySpan<byte> password, int cost)
    {
        ThrowIfUnusable(password);
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, Bcrypt.MinCost);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cost, Bcrypt.MaxCost);
        return Bcrypt.Hash(password, cost);
    }

    /// <summary>Compares a password with a stored hash, in constant time. A hash of unknown or broken form, or a password that is not <see cref="IsUsable"/>, is false.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for the cost that the hash names.</exception>
    public static bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        ArgumentNullException.ThrowIfNull(hash);
        if (!IsUsable(password) || hash.Length > MaxEncodedLength)
        {
            return false;
        }

        return hash.StartsWith(Argon2id.Prefix, StringComparison.Ordinal) ? Argon2id.Verify(hash, password) : Bcrypt.Verify(hash, password);
    }

    /// <summary>True if <see cref="Verify"/> understands a stored hash and its cost is within bounds (argon2id: m ≤ 1 GiB, t ≤ 64, p ≤ 16).</summary>
    public static bool IsSupported(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return hash.Length <= MaxEncodedLength
            && (Argon2id.TryParse(hash, out _, out _, out _) || Bcrypt.TryReadCost(hash, out _));
    }

    /// <summary>
    /// A hash of the form and cost of new ones that fits no password anybody knows. Verifying against it for users that have no hash
    /// takes the time that others take.
    /// </summary>
    public static string NewDecoy() => Argon2id.Decoy(Argon2Parameters.Default);

    /// <summary>A decoy that costs what verifying <paramref name="hash"/> costs; of the cost of new hashes if it is of no supported form.</summary>
    public static string NewDecoyLike(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        if (!IsSupported(hash))
        {
            return NewDecoy();
        }

        return Argon2id.TryParse(hash, out Argon2Parameters parameters, out _, out _) ? Argon2id.Decoy(parameters) : Bcrypt.Decoy(hash);
    }

    /// <summary>What verifying a hash costs, as the part of it in front of its salt; null if it is of no supported form.</summary>
    public static string? CostOf(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        if (!IsSupported(hash))
        {
            return null;
        }

        // argon2id: $argon2id$v=19$costs$…; bcrypt: $2b$cost$….
        int fields = hash.StartsWith(Argon2id.Prefix, StringComparison.Ordinal) ? 3 : 2;
        int end = 0;
        while (fields-- > 0)
        {
            end = hash.IndexOf('$', end + 1);
        }

        return hash[..(end + 1)];
    }

    private static void ThrowIfUnusable(ReadOnlySpan<byte> password)
    {
        if (!IsUsable(password))
        {
            throw new ArgumentException($"A password has 1 to {MaxPasswordLength} bytes and no NUL.", nameof(password));
        }
    }
}
