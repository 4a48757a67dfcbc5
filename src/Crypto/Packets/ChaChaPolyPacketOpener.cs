using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hpc.Crypto.Packets;

/// <summary>Opens what <see cref="ChaChaPolyPacketSealer"/> seals.</summary>
internal sealed unsafe class ChaChaPolyPacketOpener(ReadOnlySpan<byte> key) : PacketOpener
{
    private readonly ChaChaPolyCore _core = new(key);

    public override int BlockSize => ChaChaPolyCore.BlockSize;

    public override int TagLength => ChaChaPolyCore.TagLength;

    public override bool PadsLength => false;

    public override int HeaderLength => FrameLayout.LengthSize;

    public override uint ReadLength(uint sequence, ReadOnlySpan<byte> header)
    {
        Span<byte> length = stackalloc byte[FrameLayout.LengthSize];
        header[..FrameLayout.LengthSize].CopyTo(length);
        fixed (byte* bytes = length)
        {
            _core.CryptLength(sequence, bytes, bytes);
        }

        return BinaryPrimitives.ReadUInt32BigEndian(length);
    }

    public override bool Open(uint sequence, Span<byte> frame)
    {
        int length = frame.Length - FrameLayout.LengthSize - TagLength;
        if (!FrameLayout.IsWhole(length, BlockSize))
        {
            return false;
        }

        Span<byte> tag = stackalloc byte[TagLength];
        fixed (byte* start = frame)
        fixed (byte* tagBytes = tag)
        {
            _core.MakeTag(sequence, start, FrameLayout.LengthSize + length, tagBytes);
            if (!CryptographicOperations.FixedTimeEquals(tag, frame[^TagLength..]))
            {
                return false;
            }

            _core.CryptLength(sequence, start, start);
            _core.CryptPacket(sequence, start + FrameLayout.LengthSize, length);
        }

        return true;
    }

    protected override void Dispose(bool disposing) => _core.Dispose();
}
