using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Authentication;

internal sealed class PasswordVerifier(PasswordHashOptions options) : IPasswordVerifier
{
    public int MaxPasswordBytes => options.MaxPasswordLength;

    public bool Verify(string hash, ReadOnlySpan<byte> password) => PasswordHash.Verify(hash, password);

    public bool CanHash(ReadOnlySpan<byte> password) => PasswordHash.CanHash(password, options);

    public string Hash(ReadOnlySpan<byte> password) => PasswordHash.Create(password, options);

    public bool IsPreferred(string hash) => PasswordHash.IsMadeBy(hash, options);

    public string NewDecoy() => PasswordHash.NewDecoy(options);
}
