using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Authentication;

internal sealed class PasswordVerifier : IPasswordVerifier
{
    public static PasswordVerifier Instance { get; } = new();

    public bool Verify(string hash, ReadOnlySpan<byte> password) => PasswordHash.Verify(hash, password);
}
