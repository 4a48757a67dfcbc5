using System.Buffers.Binary;

namespace Hpc.Crypto.Packets;

/// <summary>No encryption, before the first SSH_MSG_NEWKEYS (RFC 4253 §6).</summary>
internal sealed class PlainPacketOpener : PacketOpener
{
    public override int BlockSize => 8;

    public override int TagLength => 0;

    public override bool PadsLength => true;

    public override int HeaderLength => FrameLayout.LengthSize;

    public override uint ReadLength(uint sequence, ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32BigEndian(header);

    public override bool Open(uint sequence, Span<byte> frame) => true;

    protected override void Dispose(bool disposing)
    {
    }
}
