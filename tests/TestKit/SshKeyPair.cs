namespace Hpc.TestKit;

/// <summary>A key pair in OpenSSH's files, made when needed and never kept.</summary>
public sealed record SshKeyPair(string PrivateFile)
{
    /// <summary>The file with the public half.</summary>
    public string PublicFile => PrivateFile + ".pub";

    /// <summary>Makes a key with ssh-keygen.</summary>
    public static async Task<SshKeyPair> CreateAsync(ClientRunner runner, string file, string type, string? bits = null, string? passphrase = null)
    {
        string[] size = bits is null ? [] : ["-b", bits];
        ClientResult made = await runner.RunAsync(
            "ssh-keygen",
            ["-q", "-t", type, .. size, "-N", passphrase ?? string.Empty, "-C", "test", "-f", file]).ConfigureAwait(false);
        made.EnsureSuccess();
        return new SshKeyPair(file);
    }
}
