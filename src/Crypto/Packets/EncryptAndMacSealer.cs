using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Packets;

/// <summary>RFC 4253 §6: the MAC covers the clear packet, and length and packet are encrypted as one.</summary>
internal sealed unsafe class EncryptAndMacSealer(CipherContext cipher, int blockSize, PacketMac mac) : PacketSealer
{
    public override int BlockSize { get; } = blockSize;

    public override int TagLength { get; } = mac.TagLength;

    public override bool PadsLength => true;

    public override void Seal(uint sequence, Span<byte> frame)
    {
        int length = frame.Length - TagLength;
        FrameLayout.RequireWhole(length, BlockSize);
        fixed (byte* start = frame)
        {
            mac.MakeTag(sequence, start, length, start + length);
            cipher.Apply(start, start, length);
        }
    }

    protected override void Dispose(bool disposing)
    {
        cipher.Dispose();
        mac.Dispose();
    }
}
