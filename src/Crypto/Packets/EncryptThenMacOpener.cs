using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Hpc.Crypto.Ctr;
using Hpc.Crypto.Lanes;

namespace Hpc.Crypto.Packets;

/// <summary>Opens what <see cref="EncryptThenMacSealer"/> seals; nothing is decrypted before the MAC holds.</summary>
internal sealed unsafe class EncryptThenMacOpener(IPacketStream cipher, int blockSize, PacketMac mac) : PacketOpener
{
    private TagsAhead? _ahead;

    /// <summary>True while a packet that has been shown but not opened has a tag.</summary>
    internal bool HoldsTags => _ahead is not null;

    public override int BlockSize { get; } = blockSize;

    public override int TagLength { get; } = mac.TagLength;

    public override bool PadsLength => false;

    public override int HeaderLength => FrameLayout.LengthSize;

    public override uint ReadLength(uint sequence, ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32BigEndian(header);

    /// <summary>
    /// Makes the tags that these frames should have, side by side. Whether a frame has its own is decided by <see cref="Open"/>, one after the other.
    /// The lengths are the peer's word alone, but nothing beyond the received bytes is ever hashed, and none of them more than twice
    /// under one key: here, and once more by <see cref="Open"/> if the frame has moved since.
    /// </summary>
    [SkipLocalsInit]
    public override void LookAhead(uint sequence, ReadOnlySpan<byte> received)
    {
        if (mac.Lanes == 1 || (_ahead is not null && _ahead.Covers(sequence)))
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
                messages[count] = new LaneMessage(unchecked(sequence + (uint)count), start + position, length, null);
                position += (int)frameLength;
            }

            messages = messages[..count];
            if (mac.IsWorthwhile(messages))
            {
                _ahead ??= TagsAhead.Borrow();
                _ahead.MakeRoom(messages);
                mac.MakeTagsTogether(messages);
                _ahead.Set(messages);
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

            cipher.Apply(packet, length);
        }

        return true;
    }

    public override void TrustPeer() => cipher.TrustPeer();

    protected override void Dispose(bool disposing)
    {
        cipher.Dispose();
        mac.Dispose();
        GiveBackTags();
    }

    private bool Verify(uint sequence, byte* start, int length, ReadOnlySpan<byte> tag)
    {
        bool verified = _ahead is not null && _ahead.TryTake(sequence, start, length, out ReadOnlySpan<byte> expected)
            ? CryptographicOperations.FixedTimeEquals(expected, tag)
            : mac.Verify(sequence, start, length, tag);
        if (_ahead is not null && _ahead.EndsWith(sequence))
        {
            GiveBackTags();
        }

        return verified;
    }

    private void GiveBackTags()
    {
        if (_ahead is not null)
        {
            TagsAhead.GiveBack(_ahead);
            _ahead = null;
        }
    }
}
