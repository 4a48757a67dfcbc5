using System.Runtime.CompilerServices;
using Hpc.Crypto.Ctr;
using Hpc.Crypto.Lanes;

namespace Hpc.Crypto.Packets;

/// <summary>The <c>-etm@openssh.com</c> MACs (OpenSSH PROTOCOL §1.5): the length stays clear, the MAC covers length and ciphertext.</summary>
internal sealed unsafe class EncryptThenMacSealer(IPacketStream cipher, int blockSize, PacketMac mac) : PacketSealer
{
    public override int BlockSize { get; } = blockSize;

    public override int TagLength { get; } = mac.TagLength;

    public override bool PadsLength => false;

    public override int BatchLength => mac.Lanes;

    public override void Seal(uint sequence, Span<byte> frame)
    {
        int length = frame.Length - FrameLayout.LengthSize - TagLength;
        FrameLayout.RequireWhole(length, BlockSize);
        fixed (byte* start = frame)
        {
            byte* packet = start + FrameLayout.LengthSize;
            cipher.Apply(packet, length);
            mac.MakeTag(sequence, start, FrameLayout.LengthSize + length, packet + length);
        }
    }

    /// <summary>Packets are independent of each other but for the cipher's stream: they are encrypted in order, and then hashed side by side.</summary>
    [SkipLocalsInit]
    public override void SealMany(uint sequence, Span<byte> frames, ReadOnlySpan<int> lengths)
    {
        Span<LaneMessage> messages = stackalloc LaneMessage[LaneKernel.MaxLanes];
        fixed (byte* start = frames)
        {
            byte* end = start + frames.Length;
            byte* frame = start;
            while (!lengths.IsEmpty)
            {
                int count = Math.Min(lengths.Length, mac.Lanes);
                for (int i = 0; i < count; i++)
                {
                    ArgumentOutOfRangeException.ThrowIfGreaterThan(lengths[i], end - frame, nameof(lengths));
                    int length = lengths[i] - FrameLayout.LengthSize - TagLength;
                    FrameLayout.RequireWhole(length, BlockSize);
                    byte* packet = frame + FrameLayout.LengthSize;
                    cipher.Apply(packet, length);
                    messages[i] = new LaneMessage(sequence, frame, FrameLayout.LengthSize + length, packet + length);
                    frame += lengths[i];
                    sequence = unchecked(sequence + 1);
                }

                mac.MakeTags(messages[..count]);
                lengths = lengths[count..];
            }
        }
    }

    public override void TrustPeer() => cipher.TrustPeer();

    protected override void Dispose(bool disposing)
    {
        cipher.Dispose();
        mac.Dispose();
    }
}
