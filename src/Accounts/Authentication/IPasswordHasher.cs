using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Authentication;

/// <summary>Makes password hashes, on the workers that verify them.</summary>
public interface IPasswordHasher
{
    /// <summary>Bytes that a new password has at most: bcrypt looks at 72.</summary>
    int MaxPasswordBytes => PasswordHash.MaxPasswordLength;

    /// <summary>The hash of a new password by the configured algorithm; null if too many passwords wait, or it was not done in time.</summary>
    ValueTask<string?> HashAsync(ReadOnlyMemory<byte> password, CancellationToken ct);

    /// <summary>True if a hash is one that the configured algorithm makes; parameters do not count (R10.5).</summary>
    bool IsPreferred(string hash);
}
