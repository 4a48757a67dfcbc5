using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary>What is hashed next, put together from pieces; it grows where it must and is cleared at the end.</summary>
internal sealed class CryptMessage(int capacity) : IDisposable
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(capacity, 64), pinned: true);
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Append(byte value) => Append([value]);

    /// <summary>Appends <paramref name="count"/> bytes, the piece over and over.</summary>
    public void AppendRepeated(ReadOnlySpan<byte> piece, int count)
    {
        for (; count > 0; count -= piece.Length)
        {
            Append(piece[..Math.Min(count, piece.Length)]);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private void Ensure(int more)
    {
        if (_bytes.Length - _length >= more)
        {
            return;
        }

        byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(_bytes.Length * 2, _length + more), pinned: true);
        Bytes.CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
