using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Authentication;

/// <summary>The slow work that <see cref="PasswordWorkers"/> do.</summary>
internal interface IPasswordVerifier
{
    /// <summary>Compares a password with a stored hash.</summary>
    bool Verify(string hash, ReadOnlySpan<byte> password);

    /// <summary>Bytes that a new password has at most.</summary>
    int MaxPasswordBytes => PasswordHash.MaxPasswordLength;

    /// <summary>True if a hash can be made of a password.</summary>
    bool CanHash(ReadOnlySpan<byte> password);

    /// <summary>Makes a hash of a new password.</summary>
    string Hash(ReadOnlySpan<byte> password);

    /// <summary>True if a hash is of the algorithm that new ones are of.</summary>
    bool IsPreferred(string hash);

    /// <summary>A hash of the cost of new ones that fits no password.</summary>
    string NewDecoy();
}
