using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hpc.Crypto.Keys;

/// <summary>Reads public key blobs.</summary>
public static class SshPublicKeys
{
    // An RSA key of 16,384 bits has 2,048 bytes of modulus.
    private const int MaxBlobLength = 2200;

    private const int MaxNameLength = 64;

    /// <summary>Reads a public key blob. False for unknown types, malformed keys and trailing bytes; never throws for what the blob holds.</summary>
    public static bool TryParse(ReadOnlySpan<byte> blob, [NotNullWhen(true)] out SshPublicKey? key) => TryParse(blob, allowWeak: false, out key);

    /// <summary>As <see cref="TryParse(ReadOnlySpan{byte}, out SshPublicKey?)"/>, for RSA keys below 2,048 bits too if they may verify.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="allowWeak">True if an RSA key of 1,024 to 2,047 bits verifies; otherwise it is read, and refuses every signature.</param>
    /// <param name="key">The key; the caller disposes it.</param>
    public static bool TryParse(ReadOnlySpan<byte> blob, bool allowWeak, [NotNullWhen(true)] out SshPublicKey? key)
    {
        key = null;
        var reader = new KeyBlobReader(blob);
        if (blob.Length > MaxBlobLength || !reader.TryReadString(out ReadOnlySpan<byte> type) || type.Length > MaxNameLength)
        {
            return false;
        }

        string keyType = Encoding.ASCII.GetString(type);
        return keyType switch
        {
            Ed25519PublicKey.Name => Ed25519PublicKey.TryRead(ref reader, out key),
            RsaPublicKey.Name => RsaPublicKey.TryRead(ref reader, allowWeak, out key),
            _ => NistCurve.OfKeyType(keyType) is { } curve && EcdsaPublicKey.TryRead(curve, ref reader, out key),
        };
    }
}
