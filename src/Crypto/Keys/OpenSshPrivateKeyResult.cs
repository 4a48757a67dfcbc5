namespace Hpc.Crypto.Keys;

/// <summary>A private key read from a file, or why there is none.</summary>
/// <param name="Key">The key, which the caller disposes; not null exactly when <paramref name="Error"/> is <see cref="OpenSshKeyFileError.None"/>.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Message">A sentence for the operator; null when nothing went wrong. Holds nothing of the key.</param>
public sealed record OpenSshPrivateKeyResult(SshPrivateKey? Key, OpenSshKeyFileError Error, string? Message)
{
    internal static OpenSshPrivateKeyResult Failed(OpenSshKeyFileError error, string message) => new(null, error, message);

    internal static OpenSshPrivateKeyResult Success(SshPrivateKey key) => new(key, OpenSshKeyFileError.None, null);
}
