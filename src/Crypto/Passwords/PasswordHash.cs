using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary>
/// Password hashes: new ones by bcrypt or argon2id, and those of other systems (every form of spec §10), which are verified as they are.
/// Hashing and verifying take tens of milliseconds and megabytes by design: call them on a bounded worker.
/// </summary>
public static class PasswordHash
{
    /// <summary>Longest password, in bytes.</summary>
    public const int MaxPasswordLength = 1024;

    private const int MaxEncodedLength = 1024;
    private const int Sha1Length = 20;
    private const int Md5Length = 16;
    private const int Sha256Length = 32;
    private const int Sha512Length = 64;

    private static readonly PasswordScheme[] Schemes =
    [
        new BcryptScheme("$2a$"),
        new BcryptScheme("$2b$"),
        new BcryptScheme("$2y$"),
        new Argon2Scheme(),
        new Pbkdf2Scheme(PasswordAlgorithm.Pbkdf2Sha1, "$pbkdf2-sha1$", HashAlgorithmName.SHA1, Sha1Length, saltIsBase64: false),
        new Pbkdf2Scheme(PasswordAlgorithm.Pbkdf2Sha256, "$pbkdf2-sha256$", HashAlgorithmName.SHA256, Sha256Length, saltIsBase64: false),
        new Pbkdf2Scheme(PasswordAlgorithm.Pbkdf2Sha512, "$pbkdf2-sha512$", HashAlgorithmName.SHA512, Sha512Length, saltIsBase64: false),
        new Pbkdf2Scheme(PasswordAlgorithm.Pbkdf2Sha256, "$pbkdf2-b64salt-sha256$", HashAlgorithmName.SHA256, Sha256Length, saltIsBase64: true),
        new Md5CryptScheme("$1$"),
        new Md5CryptScheme("$apr1$"),
        new ShaCryptScheme(PasswordAlgorithm.Sha256Crypt, "$5$", HashAlgorithmName.SHA256, Sha256Length),
        new ShaCryptScheme(PasswordAlgorithm.Sha512Crypt, "$6$", HashAlgorithmName.SHA512, Sha512Length),
        new YescryptScheme(),
        new DigestScheme("{MD5}", HashAlgorithmName.MD5, Md5Length),
        new DigestScheme("{SHA256}", HashAlgorithmName.SHA256, Sha256Length),
        new DigestScheme("{SHA512}", HashAlgorithmName.SHA512, Sha512Length),
    ];

    /// <summary>True if a password can be used at all: 1–1,024 bytes without NUL (at which C implementations of bcrypt end).</summary>
    public static bool IsUsable(ReadOnlySpan<byte> password) =>
        password.Length is >= 1 and <= MaxPasswordLength && !password.Contains((byte)0);

    /// <summary>True if a new hash can be made of a password: it is <see cref="IsUsable"/>, and not longer than the algorithm looks at.</summary>
    public static bool CanHash(ReadOnlySpan<byte> password, PasswordHashOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return IsUsable(password) && password.Length <= options.MaxPasswordLength;
    }

    /// <summary>Makes a hash with a new random salt.</summary>
    /// <exception cref="ArgumentException">The password is not one that <see cref="CanHash"/>, or the options are not valid.</exception>
    public static string Create(ReadOnlySpan<byte> password, PasswordHashOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfInvalid(options);
        if (!CanHash(password, options))
        {
            throw new ArgumentException($"A password has 1 to {options.MaxPasswordLength} bytes and no NUL.", nameof(password));
        }

        return options.Algorithm == PasswordAlgorithm.Argon2id
            ? Argon2id.Hash(password, options.Argon2)
            : Bcrypt.Hash(password, options.BcryptCost);
    }

    /// <summary>Makes a hash by an algorithm at a cost that needs no configuration: argon2id with 19 MiB, two passes and one lane, or bcrypt with cost 10.</summary>
    /// <exception cref="ArgumentException">The password is not <see cref="IsUsable"/>, or of more than 72 bytes for bcrypt.</exception>
    public static string Hash(ReadOnlySpan<byte> password, PasswordAlgorithm algorithm = PasswordAlgorithm.Argon2id) => Create(password, Unconfigured with { Algorithm = algorithm });

    /// <summary>Makes a bcrypt hash of a cost from 4 to 16; every step doubles the time.</summary>
    /// <exception cref="ArgumentException">The password is not <see cref="IsUsable"/>, of more than 72 bytes, or the cost is out of range.</exception>
    public static string HashBcrypt(ReadOnlySpan<byte> password, int cost) => Create(password, new PasswordHashOptions { BcryptCost = cost });

    /// <summary>
    /// Compares a password with a stored hash, in constant time. A hash of unknown or broken form, one beyond the bounds on cost, or a password
    /// that is not <see cref="IsUsable"/>, is false.
    /// </summary>
    /// <exception cref="OutOfMemoryException">There is no memory for the cost that the hash names.</exception>
    public static bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return IsUsable(password) && hash.Length <= MaxEncodedLength && Find(hash) is { } scheme && scheme.Verify(hash, password);
    }

    /// <summary>True if <see cref="Verify"/> understands a stored hash and its cost is within bounds.</summary>
    public static bool IsSupported(string hash) => WhyUnsupported(hash) is null;

    /// <summary>Why a stored hash cannot be verified, without a part of it in the text; null if it can be.</summary>
    public static string? WhyUnsupported(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        if (Find(hash) is not { } scheme)
        {
            return "it has the prefix of no known form of hashes";
        }

        return hash.Length > MaxEncodedLength ? $"it is longer than {MaxEncodedLength} characters" : scheme.WhyNot(hash);
    }

    /// <summary>What a value is a hash of, by its prefix alone: whether it can be verified, <see cref="WhyUnsupported"/> tells. Null if it has no known prefix, and so is a password.</summary>
    public static PasswordAlgorithm? AlgorithmOf(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Find(value)?.Algorithm;
    }

    /// <summary>True if a hash is made by the algorithm of the options; parameters do not count.</summary>
    public static bool IsMadeBy(string hash, PasswordHashOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return AlgorithmOf(hash) == options.Algorithm;
    }

    /// <summary>
    /// A hash of the form and cost of new ones that fits no password anybody knows. Verifying against it for users that have no hash
    /// takes the time that others take.
    /// </summary>
    public static string NewDecoy(PasswordHashOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfInvalid(options);
        return options.Algorithm == PasswordAlgorithm.Argon2id ? Argon2id.Decoy(options.Argon2) : Bcrypt.DecoyOf(options.BcryptCost);
    }

    /// <summary>A decoy of the cost of <see cref="Hash"/>.</summary>
    public static string NewDecoy() => NewDecoy(Unconfigured);

    /// <summary>A decoy that costs what verifying <paramref name="hash"/> costs; that of <see cref="NewDecoy()"/> if it is of no supported form.</summary>
    public static string NewDecoyLike(string hash) => TryFindSupported(hash, out PasswordScheme? scheme) ? scheme.DecoyLike(hash) : NewDecoy();

    /// <summary>
    /// What verifying a hash costs, the same text for all hashes that cost the same, such as <c>$2a$10$</c> or <c>$6$rounds=5000$</c>;
    /// null if it is of no supported form.
    /// </summary>
    public static string? CostOf(string hash) => TryFindSupported(hash, out PasswordScheme? scheme) ? scheme.CostOf(hash) : null;

    /// <summary>
    /// True if a hash costs what hashes of its form cost in practice, or not much more than <paramref name="preferred"/>, a hash of the cost of new ones;
    /// false if it is of no supported form.
    /// </summary>
    public static bool IsOrdinary(string hash, string preferred)
    {
        ArgumentNullException.ThrowIfNull(preferred);
        return TryFindSupported(hash, out PasswordScheme? scheme) && scheme.IsOrdinary(hash, preferred);
    }

    private static PasswordHashOptions Unconfigured { get; } = new()
    {
        Algorithm = PasswordAlgorithm.Argon2id,
        Argon2MemoryKiB = Argon2Parameters.Default.MemoryKiB,
        Argon2Passes = Argon2Parameters.Default.Passes,
        Argon2Lanes = Argon2Parameters.Default.Lanes,
    };

    private static PasswordScheme? Find(string hash) => Array.Find(Schemes, scheme => hash.StartsWith(scheme.Prefix, StringComparison.Ordinal));

    private static bool TryFindSupported(string hash, [NotNullWhen(true)] out PasswordScheme? scheme)
    {
        scheme = IsSupported(hash) ? Find(hash) : null;
        return scheme is not null;
    }

    private static void ThrowIfInvalid(PasswordHashOptions options)
    {
        if (options.WhyInvalid() is { } reason)
        {
            throw new ArgumentOutOfRangeException(nameof(options), reason);
        }
    }
}
