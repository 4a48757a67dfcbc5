using System.Buffers.Binary;

namespace Hpc.Crypto.Packets;

/// <summary>Opens what <see cref="ChaChaPolyPacketSealer"/> seals.</summary>
internal sealed unsafe class ChaChaPolyPacketOpener(ReadOnlySpan<byte> key, bool isManaged = false) : PacketOpener
{
    private readonly ChaChaPolyCore _core = new(key, isManaged);

    public override int BlockSize => ChaChaPolyCore.BlockSize;

    public override int TagLength => ChaChaPolyCore.TagLength;

    public override bool PadsLength => false;

    public override int HeaderLength => FrameLayout.LengthSize;

    public override uint ReadLength(uint sequence, ReadOnlySpan<byte> header)
    {
        uint length;
        fixed (byte* bytes = header[..FrameLayout.LengthSize])
        {
            _core.CryptLength(sequence, (byte*)&length, bytes);
        }

        return BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(&length, FrameLayout.LengthSize));
    }

    public override bool Open(uint sequence, Span<byte> frame)
    {
        int length = frame.Length - FrameLayout.LengthSize - TagLength;
        if (!FrameLayout.IsWhole(length, BlockSize))
        {
            return false;
        }

        fixed (byte* start = frame)
        {
            if (!_core.TryOpen(sequence, start, length))
            {
                return false;
            }
        }

        // What was authenticated is the length that this frame was cut by: it need not be decrypted once more.
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)length);
        return true;
    }

    protected override void Dispose(bool disposing) => _core.Dispose();
}
