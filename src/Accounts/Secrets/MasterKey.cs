using System.Security.Cryptography;
using Hpc.Crypto;

namespace Hpc.Accounts.Secrets;

/// <summary>The key that secrets of objects are encrypted with: the bytes of a text that is not in the data provider.</summary>
public sealed class MasterKey : IDisposable
{
    private readonly SecretBytes _bytes;

    /// <summary>Takes a copy; the caller clears its own.</summary>
    /// <exception cref="ArgumentException">There is nothing in it.</exception>
    public MasterKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new ArgumentException("A master key is not empty.", nameof(bytes));
        }

        _bytes = new SecretBytes(bytes);
    }

    /// <summary>Below this many bytes a key can be found by trying. Longer ones can be, too, if they are words.</summary>
    public const int LeastLength = 16;

    /// <summary>True if it has fewer bytes than <see cref="LeastLength"/>. It works as any other: other servers take any text.</summary>
    public bool IsShort => _bytes.Span.Length < LeastLength;

    /// <summary>Tells keys apart without telling anything about them: HMAC-SHA256 of a constant.</summary>
    public byte[] Fingerprint() => HMACSHA256.HashData(_bytes.Span, "hpc master key"u8);

    internal ReadOnlySpan<byte> Span => _bytes.Span;

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    /// <inheritdoc/>
    public override string ToString() => "***";
}
