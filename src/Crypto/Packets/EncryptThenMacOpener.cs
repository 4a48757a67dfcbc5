using System.Buffers.Binary;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Packets;

/// <summary>Opens what <see cref="EncryptThenMacSealer"/> seals; nothing is decrypted before the MAC holds.</summary>
internal sealed unsafe class EncryptThenMacOpener(CipherContext cipher, int blockSize, PacketMac mac) : PacketOpener
{
    public override int BlockSize { get; } = blockSize;

    public override int TagLength { get; } = mac.TagLength;

    public override bool PadsLength => false;

    public override int HeaderLength => FrameLayout.LengthSize;

    public override uint ReadLength(uint sequence, ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32BigEndian(header);

    public override bool Open(uint sequence, Span<byte> frame)
    {
        int length = frame.Length - FrameLayout.LengthSize - TagLength;
        if (!FrameLayout.IsWhole(length, BlockSize))
        {
            return false;
        }

        fixed (byte* start = frame)
        {
            byte* packet = start + FrameLayout.LengthSize;
            if (!mac.Verify(sequence, start, FrameLayout.LengthSize + length, frame[^TagLength..]))
            {
                return false;
            }

            cipher.Apply(packet, packet, length);
        }

        return true;
    }

    protected override void Dispose(bool disposing)
    {
        cipher.Dispose();
        mac.Dispose();
    }
}
