using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;
using Hpc.Crypto.Lanes;

namespace Hpc.Crypto.Packets;

/// <summary>Opens what <see cref="EncryptThenMacSealer"/> seals; nothing is decrypted before the MAC holds.</summary>
internal sealed unsafe class EncryptThenMacOpener(CipherContext cipher, int blockSize, PacketMac mac) : PacketOpener
{
    private readonly TagsAhead? _ahead = mac.Lanes > 1 ? new TagsAhead() : null;

    public override int BlockSize { get; } = blockSize;

    public override int TagLength { get; } = mac.TagLength;

    public override bool PadsLength => false;

    public override int HeaderLength => FrameLayout.LengthSize;

    public override uint ReadLength(uint sequence, ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32BigEndian(header);

    /// <summary>
    /// Makes the tags that these frames should have, side by side. Whether a frame has its own is decided by <see cref="Open"/>, one after the other.
    /// The lengths are the peer's word alone, but nothing beyond the received bytes is ever hashed, and none of them twice.
    /// </summary>
    [SkipLocalsInit]
    public override void LookAhead(uint sequence, ReadOnlySpan<byte> received)
    {
        if (_ahead is null || _ahead.Covers(sequence))
        {
            return;
        }

        Span<LaneMessage> messages = stackalloc LaneMessage[LaneKernel.MaxLanes];
        fixed (byte* start = received)
        {
            int count = 0;
            for (int position = 0; count < mac.Lanes && received.Length - position > FrameLayout.LengthSize; count++)
            {
                uint packetLength = BinaryPrimitives.ReadUInt32BigEndian(received[position..]);
                long frameLength = (long)FrameLayout.LengthSize + packetLength + TagLength;
                if (packetLength == 0 || packetLength % BlockSize != 0 || frameLength > received.Length - position)
                {
                    break;
                }

                int length = FrameLayout.LengthSize + (int)packetLength;
                messages[count] = new LaneMessage(unchecked(sequence + (uint)count), start + position, length, _ahead.TagAt(count));
                position += (int)frameLength;
            }

            if (mac.IsWorthwhile(messages[..count]))
            {
                mac.MakeTags(messages[..count]);
                _ahead.Set(messages[..count]);
            }
        }
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
            byte* packet = start + FrameLayout.LengthSize;
            if (!Verify(sequence, start, FrameLayout.LengthSize + length, frame[^TagLength..]))
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

    private bool Verify(uint sequence, byte* start, int length, ReadOnlySpan<byte> tag) => _ahead is not null && _ahead.TryTake(sequence, start, length, out ReadOnlySpan<byte> expected)
        ? CryptographicOperations.FixedTimeEquals(expected, tag)
        : mac.Verify(sequence, start, length, tag);
}
