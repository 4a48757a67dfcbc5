using System.Security.Cryptography;

namespace Hpc.Crypto.Keys;

/// <summary>Public keys as OpenSSH prints them.</summary>
public static class OpenSshPublicKey
{
    /// <summary>A line of a <c>.pub</c> or <c>authorized_keys</c> file, without the line feed: type, base64 blob and comment.</summary>
    public static string Format(SshPublicKey key, string comment = "")
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(comment);
        string line = $"{key.KeyType} {Convert.ToBase64String(key.Blob.Span)}";
        string oneLine = string.Concat(comment.Where(letter => !char.IsControl(letter))).Trim();
        return oneLine.Length == 0 ? line : $"{line} {oneLine}";
    }

    /// <summary>The fingerprint of a public key blob as <c>ssh-keygen -l</c> prints it: <c>SHA256:</c> and unpadded base64.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> blob) =>
        "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=');
}
