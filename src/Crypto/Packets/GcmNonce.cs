using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Hpc.Crypto.Packets;

/// <summary>The nonce of RFC 5647 §7.1.</summary>
internal struct GcmNonce
{
    //  uint32    fixed
    //  uint64    invocation_counter, one more for every packet, wrapping within its eight bytes
    public const int Length = 12;

    private Bytes _bytes;

    public GcmNonce(ReadOnlySpan<byte> iv) => iv[..Length].CopyTo(_bytes);

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => _bytes;

    public void Advance()
    {
        Span<byte> counter = ((Span<byte>)_bytes)[4..];
        BinaryPrimitives.WriteUInt64BigEndian(counter, unchecked(BinaryPrimitives.ReadUInt64BigEndian(counter) + 1));
    }

    public void Clear() => CryptographicOperations.ZeroMemory(_bytes);

    [InlineArray(Length)]
    private struct Bytes
    {
        private byte _first;
    }
}
