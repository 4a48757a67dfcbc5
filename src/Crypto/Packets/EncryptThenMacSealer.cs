using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Packets;

/// <summary>The <c>-etm@openssh.com</c> MACs (OpenSSH PROTOCOL §1.5): the length stays clear, the MAC covers length and ciphertext.</summary>
internal sealed unsafe class EncryptThenMacSealer(CipherContext cipher, int blockSize, PacketMac mac) : PacketSealer
{
    public override int BlockSize { get; } = blockSize;

    public override int TagLength { get; } = mac.TagLength;

    public override bool PadsLength => false;

    public override void Seal(uint sequence, Span<byte> frame)
    {
        int length = frame.Length - FrameLayout.LengthSize - TagLength;
        FrameLayout.RequireWhole(length, BlockSize);
        fixed (byte* start = frame)
        {
            byte* packet = start + FrameLayout.LengthSize;
            cipher.Apply(packet, packet, length);
            mac.MakeTag(sequence, start, FrameLayout.LengthSize + length, packet + length);
        }
    }

    protected override void Dispose(bool disposing)
    {
        cipher.Dispose();
        mac.Dispose();
    }
}
