using System.Text;
using Hpc.Crypto.Keys;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Tests;

/// <summary>Accounts for tests; keys and hashes are made on the spot.</summary>
internal static class TestUsers
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string CheapHash(string password) => PasswordHash.HashBcrypt(Utf8(password), 4);

    public static UserAccount New(string name = "alice", string? password = null) => new()
    {
        UserName = name,
        HomeDirectory = "/srv/" + (UserNameRules.IsValid(name) ? name : "x"),
        PasswordHash = password is null ? null : CheapHash(password),
    };

    public static SshPrivateKey NewKey() => SshPrivateKeys.Generate("ssh-ed25519");

    public static string LineOf(SshPrivateKey key) => OpenSshPublicKey.Format(key.PublicKey, "test");
}
