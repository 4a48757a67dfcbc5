using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hpc.Benchmarks.Crypto;

/// <summary>One cipher in one implementation, on one frame: <c>uint32 packet_length, packet, tag</c> in pinned memory.</summary>
internal abstract class PacketCipherCase : IDisposable
{
    private const int LengthSize = 4;
    private const byte Padding = 8;

    protected PacketCipherCase(int packetLength, int tagLength)
    {
        PacketLength = packetLength;
        TagLength = tagLength;
        Frame = GC.AllocateArray<byte>(LengthSize + packetLength + tagLength, pinned: true);
        BinaryPrimitives.WriteInt32BigEndian(Frame, packetLength);
        Frame[LengthSize] = Padding;
    }

    protected byte[] Frame { get; }

    /// <summary>Bytes that are encrypted.</summary>
    protected int PacketLength { get; }

    protected int TagLength { get; }

    protected Span<byte> Header => Frame.AsSpan(0, LengthSize);

    protected Span<byte> Packet => Frame.AsSpan(LengthSize, PacketLength);

    protected Span<byte> Tag => Frame.AsSpan(LengthSize + PacketLength, TagLength);

    /// <summary>Seals the frame as it stands, whatever is in it.</summary>
    public abstract void Seal();

    /// <summary>Seals the frame and opens it again.</summary>
    public void SealAndOpen()
    {
        Seal();
        if (!Open())
        {
            throw new CryptographicException("The frame did not verify.");
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract bool Open();

    protected abstract void Dispose(bool disposing);
}
