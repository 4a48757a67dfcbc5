using System.Buffers.Binary;
using System.Text;

namespace Hpc.SshProtocol.Ssh.Wire;

/// <summary>Reads the data types of RFC 4251 §5 (and SFTP's uint64) from a span. Never throws: what does not fit makes <c>TryRead</c> return false and nothing is consumed.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public bool TryReadByte(out byte value)
    {
        value = 0;
        if (_rest.IsEmpty)
        {
            return false;
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    /// <summary>Any value but 0 is true (RFC 4251 §5).</summary>
    public bool TryReadBoolean(out bool value)
    {
        bool read = TryReadByte(out byte raw);
        value = raw != 0;
        return read;
    }

    public bool TryReadUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[4..];
        return true;
    }

    public bool TryReadUInt64(out ulong value)
    {
        if (!BinaryPrimitives.TryReadUInt64BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[8..];
        return true;
    }

    public bool TryReadBytes(int length, out ReadOnlySpan<byte> value)
    {
        if ((uint)length > (uint)_rest.Length)
        {
            value = default;
            return false;
        }

        value = _rest[..length];
        _rest = _rest[length..];
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

    /// <summary>A string of printable US-ASCII (names of algorithms, services, requests, extensions); anything else is refused.</summary>
    public bool TryReadName(int maxLength, out string value)
    {
        value = "";
        WireReader before = this;
        if (!TryReadString(out ReadOnlySpan<byte> bytes) || bytes.Length > maxLength || bytes.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
        {
            this = before;
            return false;
        }

        value = Encoding.ASCII.GetString(bytes);
        return true;
    }

    /// <summary>The content of an mpint as it stands (two's complement, big-endian, RFC 4251 §5).</summary>
    public bool TryReadMpint(out ReadOnlySpan<byte> value) => TryReadString(out value);
}
