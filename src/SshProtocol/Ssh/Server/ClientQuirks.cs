namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>What some clients need, told by their identification string. The string is part of the exchange hash, so nobody on the way can choose it for them.</summary>
internal static class ClientQuirks
{
    // Libraries in wide use that know neither an -etm MAC nor an AEAD cipher: libssh2 before 1.11 (curl, PHP), JSch 0.1, phpseclib 1 and 2,
    // SSH.NET before 2023 (it has had one name for all its versions).
    private static readonly string[] WithoutEncryptThenMac =
    [
        "SSH-2.0-libssh2_1.4.", "SSH-2.0-libssh2_1.5.", "SSH-2.0-libssh2_1.6.", "SSH-2.0-libssh2_1.7.", "SSH-2.0-libssh2_1.8.", "SSH-2.0-libssh2_1.9.", "SSH-2.0-libssh2_1.10.",
        "SSH-2.0-JSCH-0.1.", "SSH-2.0-phpseclib_1.", "SSH-2.0-phpseclib_2.", "SSH-2.0-Renci.SshNet.SshClient.0.0.1",
    ];

    private static readonly string[] EncryptAndMac = ["hmac-sha2-256", "hmac-sha2-512"];

    /// <summary>The MACs to offer to a client: those of the profile, with hmac-sha2 behind them for a client that has nothing better.</summary>
    public static IReadOnlyList<string> Macs(string clientVersion, IReadOnlyList<string> profile)
    {
        foreach (string prefix in WithoutEncryptThenMac)
        {
            if (clientVersion.StartsWith(prefix, StringComparison.Ordinal))
            {
                return [.. profile, .. EncryptAndMac.Except(profile)];
            }
        }

        return profile;
    }
}
