using System.Buffers.Binary;
using System.Text;

namespace Hpc.Crypto.Keys;

/// <summary>Reads the fields of key blobs and key files (RFC 4251 §5). Never throws; what does not fit is false and nothing is consumed.</summary>
internal ref struct OpenSshReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryReadUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[4..];
        return true;
    }

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

    /// <summary>An mpint that is not negative, without its leading zeros.</summary>
    public bool TryReadMagnitude(out ReadOnlySpan<byte> value)
    {
        OpenSshReader before = this;
        if (!TryReadString(out value) || (!value.IsEmpty && (value[0] & 0x80) != 0))
        {
            this = before;
            value = default;
            return false;
        }

        value = value.TrimStart((byte)0);
        return true;
    }

    /// <summary>A string of at most 64 printable ASCII characters.</summary>
    public bool TryReadName(out string value)
    {
        value = "";
        OpenSshReader before = this;
        if (!TryReadString(out ReadOnlySpan<byte> bytes) || bytes.Length > 64 || bytes.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
        {
            this = before;
            return false;
        }

        value = Encoding.ASCII.GetString(bytes);
        return true;
    }
}
