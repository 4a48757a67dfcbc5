using Hpc.Crypto.Keys;

namespace Hpc.SshProtocol.Ssh.Client;

/// <summary>One thing to try.</summary>
/// <param name="Key">A key, or null for the password.</param>
/// <param name="Password">The password, or null for a key.</param>
/// <param name="IsInteractive">True to give the password through keyboard-interactive.</param>
internal sealed record ClientCredential(SshPrivateKey? Key, string? Password, bool IsInteractive)
{
    public static IEnumerable<ClientCredential> Of(SshClientOptions options)
    {
        foreach (SshPrivateKey key in options.Keys)
        {
            yield return new ClientCredential(key, null, false);
        }

        if (options.Password is { } password)
        {
            yield return new ClientCredential(null, password, options.UseKeyboardInteractive);
        }
    }

    public override string ToString() => Key is null ? "password ***" : Key.PublicKey.KeyType;
}
