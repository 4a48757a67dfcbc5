using System.Security.Cryptography;
using System.Text;

namespace Hpc.Crypto.Keys;

/// <summary>
/// Private key files: <c>openssh-key-v1</c> (OpenSSH PROTOCOL.key), plain and encrypted, and unencrypted PEM (PKCS#1, SEC 1, PKCS#8).
/// Reading an encrypted file takes as long as its key derivation wants (a fraction of a second): do it on a worker.
/// </summary>
public static class OpenSshPrivateKeyFile
{
    /// <summary>Longest file, in characters.</summary>
    public const int MaxFileLength = 64 * 1024;

    private const string OpenSshLabel = "OPENSSH PRIVATE KEY";

    // ssh-keygen folds at 70 columns, PEM at 64.
    private const int LineLength = 70;

    /// <summary>Reads the first private key of a file. <paramref name="passphrase"/> is UTF-8, empty for none, and not looked at where the key is not encrypted.</summary>
    public static OpenSshPrivateKeyResult Read(string text, ReadOnlySpan<byte> passphrase = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxFileLength)
        {
            return OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.Malformed, $"The key file is longer than {MaxFileLength} characters.");
        }

        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            return OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.Unsupported, "The key is encrypted in the old PEM form; convert it with 'ssh-keygen -p -f <file>'.");
        }

        if (!PemEncoding.TryFind(text, out PemFields fields))
        {
            return OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.NotAKey, "The file holds no private key: there is no '-----BEGIN … PRIVATE KEY-----' block in it.");
        }

        string label = text[fields.Label];
        byte[] content = GC.AllocateUninitializedArray<byte>(fields.DecodedDataLength, pinned: true);
        try
        {
            return Convert.TryFromBase64Chars(text.AsSpan(fields.Base64Data), content, out int length)
                ? ReadContent(label, content.AsSpan(0, length), passphrase)
                : OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.Malformed, "The key file is not valid base64.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Writes a key as an <c>openssh-key-v1</c> file; with a passphrase it is encrypted by aes256-ctr and 24 rounds of bcrypt.</summary>
    public static string Write(SshPrivateKey key, ReadOnlySpan<byte> passphrase = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        using var file = new OpenSshWriter();
        OpenSshKeyEnvelope.Write(file, key, passphrase);

        var text = new StringBuilder();
        text.Append("-----BEGIN ").Append(OpenSshLabel).Append("-----\n");
        string encoded = Convert.ToBase64String(file.Written);
        for (int at = 0; at < encoded.Length; at += LineLength)
        {
            text.Append(encoded, at, Math.Min(LineLength, encoded.Length - at)).Append('\n');
        }

        return text.Append("-----END ").Append(OpenSshLabel).Append("-----\n").ToString();
    }

    private static OpenSshPrivateKeyResult ReadContent(string label, ReadOnlySpan<byte> content, ReadOnlySpan<byte> passphrase)
    {
        switch (label)
        {
            case OpenSshLabel:
                return OpenSshKeyEnvelope.Read(content, passphrase);
            case "RSA PRIVATE KEY":
            case "EC PRIVATE KEY":
            case "PRIVATE KEY":
                return OpenSshPemKey.Read(label, content);
            case "ENCRYPTED PRIVATE KEY":
            case "DSA PRIVATE KEY":
                return OpenSshPrivateKeyResult.Failed(
                    OpenSshKeyFileError.Unsupported,
                    $"Keys in the form '{label}' are not supported; 'ssh-keygen -p -f <file>' converts an encrypted one.");
            default:
                return OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.NotAKey, $"The file holds no private key but a '{label}'.");
        }
    }
}
