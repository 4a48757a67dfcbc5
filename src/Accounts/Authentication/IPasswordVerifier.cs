namespace Hpc.Accounts.Authentication;

/// <summary>Compares a password with a stored hash: the slow work that <see cref="PasswordWorkers"/> does.</summary>
internal interface IPasswordVerifier
{
    bool Verify(string hash, ReadOnlySpan<byte> password);
}
