using System.Buffers.Binary;
using System.Text;

namespace Hpc.SshProtocol.Ssh.Wire;

/// <summary>Writes the data types of RFC 4251 §5 into a span that its user made large enough; running over its end throws.</summary>
internal ref struct WireWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    public void WriteByte(byte value) => _buffer[Length++] = value;

    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[Length..], value);
        Length += 4;
    }

    public void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer[Length..], value);
        Length += 8;
    }

    public void WriteBytes(scoped ReadOnlySpan<byte> value)
    {
        value.CopyTo(_buffer[Length..]);
        Length += value.Length;
    }

    public void WriteString(scoped ReadOnlySpan<byte> value)
    {
        WriteUInt32((uint)value.Length);
        WriteBytes(value);
    }

    public void WriteString(string value)
    {
        int length = Encoding.UTF8.GetBytes(value, _buffer[(Length + 4)..]);
        WriteUInt32((uint)length);
        Length += length;
    }

    /// <summary>An mpint from an unsigned big-endian magnitude: leading zeros dropped, one added where the sign bit would be set.</summary>
    public void WriteMpint(scoped ReadOnlySpan<byte> magnitude)
    {
        ReadOnlySpan<byte> trimmed = magnitude.TrimStart((byte)0);
        bool needsZero = !trimmed.IsEmpty && (trimmed[0] & 0x80) != 0;
        WriteUInt32((uint)(trimmed.Length + (needsZero ? 1 : 0)));
        if (needsZero)
        {
            WriteByte(0);
        }

        WriteBytes(trimmed);
    }
}
