using System.Buffers.Binary;

namespace Hpc.Crypto.Keys;

/// <summary>Reads the strings of a key or signature blob. Never throws.</summary>
internal ref struct KeyBlobReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out uint length) || length > (uint)(_rest.Length - 4))
        {
            value = default;
            return false;
        }

        value = _rest.Slice(4, (int)length);
        _rest = _rest[(4 + (int)length)..];
        return true;
    }

    /// <summary>Reads an mpint above zero and gives its magnitude.</summary>
    public bool TryReadPositive(out ReadOnlySpan<byte> magnitude)
    {
        bool read = TryReadString(out ReadOnlySpan<byte> content) && Mpint.IsPositive(content);
        magnitude = read ? Mpint.Magnitude(content) : default;
        return read;
    }
}
