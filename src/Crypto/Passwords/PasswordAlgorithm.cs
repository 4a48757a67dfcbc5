namespace Hpc.Crypto.Passwords;

/// <summary>How a new password hash is made.</summary>
public enum PasswordAlgorithm
{
    /// <summary>argon2id (RFC 9106) with 19 MiB, two passes and one lane.</summary>
    Argon2id,

    /// <summary>bcrypt with cost 10; only the first 72 bytes of the password count.</summary>
    Bcrypt,
}
