namespace Hpc.Crypto.Passwords;

/// <summary>What a password hash is made with. New hashes are <see cref="Bcrypt"/> or <see cref="Argon2id"/>; the others come from elsewhere.</summary>
public enum PasswordAlgorithm
{
    /// <summary>argon2id (RFC 9106): <c>$argon2id$</c>.</summary>
    Argon2id,

    /// <summary>bcrypt: <c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>; only the first 72 bytes of the password count.</summary>
    Bcrypt,

    /// <summary>PBKDF2 with HMAC-SHA-1: <c>$pbkdf2-sha1$</c>.</summary>
    Pbkdf2Sha1,

    /// <summary>PBKDF2 with HMAC-SHA-256: <c>$pbkdf2-sha256$</c> and <c>$pbkdf2-b64salt-sha256$</c>.</summary>
    Pbkdf2Sha256,

    /// <summary>PBKDF2 with HMAC-SHA-512: <c>$pbkdf2-sha512$</c>.</summary>
    Pbkdf2Sha512,

    /// <summary>MD5-crypt: <c>$1$</c>, and Apache's <c>$apr1$</c>.</summary>
    Md5Crypt,

    /// <summary>SHA256-crypt: <c>$5$</c>.</summary>
    Sha256Crypt,

    /// <summary>SHA512-crypt: <c>$6$</c>.</summary>
    Sha512Crypt,

    /// <summary>yescrypt: <c>$y$</c>.</summary>
    Yescrypt,

    /// <summary>A digest without salt: <c>{MD5}</c>, <c>{SHA256}</c>, <c>{SHA512}</c>.</summary>
    Digest,
}
