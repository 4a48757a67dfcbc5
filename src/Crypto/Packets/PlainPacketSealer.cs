namespace Hpc.Crypto.Packets;

/// <summary>No encryption, before the first SSH_MSG_NEWKEYS (RFC 4253 §6).</summary>
internal sealed class PlainPacketSealer : PacketSealer
{
    public override int BlockSize => 8;

    public override int TagLength => 0;

    public override bool PadsLength => true;

    public override void Seal(uint sequence, Span<byte> frame)
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
