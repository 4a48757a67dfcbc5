using System.Security.Cryptography;

namespace Hpc.Crypto;

/// <summary>Secret bytes that are cleared on dispose and never printed.</summary>
public sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;

    /// <summary>Takes a copy; the caller clears its own.</summary>
    public SecretBytes(ReadOnlySpan<byte> bytes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(_bytes);
    }

    /// <summary>Makes room for a secret of this many bytes, zeroed, to be written through <see cref="Span"/>.</summary>
    public SecretBytes(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

    /// <summary>The bytes; all zero after dispose.</summary>
    public Span<byte> Span => _bytes;

    /// <summary>Length in bytes.</summary>
    public int Length => _bytes.Length;

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    /// <inheritdoc/>
    public override string ToString() => "***";
}
