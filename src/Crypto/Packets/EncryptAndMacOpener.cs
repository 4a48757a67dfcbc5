using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Packets;

/// <summary>Opens what <see cref="EncryptAndMacSealer"/> seals. The first block is decrypted once, for the length, and kept.</summary>
internal sealed unsafe class EncryptAndMacOpener(CipherContext cipher, int blockSize, PacketMac mac) : PacketOpener
{
    private readonly byte[] _firstBlock = new byte[blockSize];
    private bool _hasFirstBlock;

    public override int BlockSize { get; } = blockSize;

    public override int TagLength { get; } = mac.TagLength;

    public override bool PadsLength => true;

    public override int HeaderLength => BlockSize;

    public override uint ReadLength(uint sequence, ReadOnlySpan<byte> header)
    {
        if (_hasFirstBlock)
        {
            throw new InvalidOperationException("The length of this frame was read before.");
        }

        fixed (byte* input = header[..BlockSize])
        fixed (byte* output = _firstBlock)
        {
            cipher.Apply(output, input, BlockSize);
        }

        _hasFirstBlock = true;
        return BinaryPrimitives.ReadUInt32BigEndian(_firstBlock);
    }

    public override bool Open(uint sequence, Span<byte> frame)
    {
        if (!_hasFirstBlock)
        {
            throw new InvalidOperationException("The length of this frame was not read.");
        }

        int length = frame.Length - TagLength;
        if (!FrameLayout.IsWhole(length, BlockSize))
        {
            return false;
        }

        _hasFirstBlock = false;
        fixed (byte* start = frame)
        {
            _firstBlock.CopyTo(frame);
            if (length > BlockSize)
            {
                cipher.Apply(start + BlockSize, start + BlockSize, length - BlockSize);
            }

            return mac.Verify(sequence, start, length, frame[^TagLength..]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        cipher.Dispose();
        mac.Dispose();
        CryptographicOperations.ZeroMemory(_firstBlock);
    }
}
