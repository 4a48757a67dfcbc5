using System.Buffers.Binary;
using Hpc.Storage;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Sftp.Client;

/// <summary>Fields of a request, in a buffer that grows.</summary>
internal struct SftpFieldWriter()
{
    private byte[] _buffer = new byte[256];
    private int _length;

    public readonly ReadOnlyMemory<byte> Fields => _buffer.AsMemory(0, _length);

    /// <summary>A path or name, as <see cref="PathText"/> spells it.</summary>
    public SftpFieldWriter Path(string text) => Bytes(PathText.Encode(text));

    public SftpFieldWriter Bytes(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        value.CopyTo(Take(value.Length));
        return this;
    }

    public SftpFieldWriter Boolean(bool value)
    {
        Take(1)[0] = value ? (byte)1 : (byte)0;
        return this;
    }

    public SftpFieldWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);
        return this;
    }

    public SftpFieldWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);
        return this;
    }

    public SftpFieldWriter Attributes(in AttributeChanges changes)
    {
        Span<byte> bytes = stackalloc byte[SftpAttributes.WrittenLength];
        var writer = new WireWriter(bytes);
        SftpAttributes.Write(ref writer, changes);
        writer.Written.CopyTo(Take(writer.Length));
        return this;
    }

    private Span<byte> Take(int length)
    {
        if (_buffer.Length - _length < length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + length));
        }

        Span<byte> taken = _buffer.AsSpan(_length, length);
        _length += length;
        return taken;
    }
}
