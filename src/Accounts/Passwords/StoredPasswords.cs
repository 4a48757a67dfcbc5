using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Passwords;

/// <summary>Tells a hash from a plain password by how it begins (spec/10).</summary>
public static class StoredPasswords
{
    private static readonly string[] Prefixes =
    [
        "$2a$", "$2b$", "$2y$", "$argon2id$", "$pbkdf2-sha1$", "$pbkdf2-sha256$", "$pbkdf2-sha512$", "$pbkdf2-b64salt-sha256$",
        "$1$", "$apr1$", "$5$", "$6$", "$y$", "{MD5}", "{SHA256}", "{SHA512}",
    ];

    private static readonly string[] PreferredPrefixes = ["$2a$", "$2b$", "$2y$", "$argon2id$"];

    /// <summary>True if it begins as a hash that a user can have (R10.4).</summary>
    public static bool IsHashOfUser(string value) => Begins(value, Prefixes);

    /// <summary>True if it begins as a hash that an administrator or a share can have: bcrypt or argon2id (R10.4).</summary>
    public static bool IsHashOfAdmin(string value) => Begins(value, PreferredPrefixes);

    /// <summary>True if a hash can be verified at a bounded cost.</summary>
    public static bool IsUsable(string hash) => PasswordHash.IsSupported(hash);

    private static bool Begins(string value, string[] prefixes)
    {
        ArgumentNullException.ThrowIfNull(value);
        return prefixes.Any(prefix => value.StartsWith(prefix, StringComparison.Ordinal));
    }
}
