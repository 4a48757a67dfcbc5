using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Packets;

/// <summary><c>MAC(key, uint32 sequence_number || bytes)</c> (RFC 4253 §6.4).</summary>
internal sealed unsafe class PacketMac(string digest, int tagLength, ReadOnlySpan<byte> key) : IDisposable
{
    public const int MaxTagLength = 64;

    private readonly MacContext _mac = MacContext.Hmac(digest, key);

    public int TagLength { get; } = tagLength;

    public void MakeTag(uint sequence, byte* data, int length, byte* tag)
    {
        uint number = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(sequence) : sequence;
        _mac.Start(null, 0);
        _mac.Update((byte*)&number, sizeof(uint));
        _mac.Update(data, length);
        _mac.Finish(tag, TagLength);
    }

    public bool Verify(uint sequence, byte* data, int length, ReadOnlySpan<byte> tag)
    {
        byte* expected = stackalloc byte[MaxTagLength];
        MakeTag(sequence, data, length, expected);
        return CryptographicOperations.FixedTimeEquals(new ReadOnlySpan<byte>(expected, TagLength), tag);
    }

    public void Dispose() => _mac.Dispose();
}
