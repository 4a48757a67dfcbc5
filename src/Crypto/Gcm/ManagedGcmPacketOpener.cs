using System.Buffers.Binary;
using Hpc.Crypto.Packets;

namespace Hpc.Crypto.Gcm;

/// <summary>Opens what <see cref="ManagedGcmPacketSealer"/> and <see cref="GcmPacketSealer"/> seal.</summary>
/// <remarks>Unsafe because the kernel takes the frame where it lies.</remarks>
internal sealed unsafe class ManagedGcmPacketOpener : PacketOpener
{
    private readonly AesGcmKey _key;
    private readonly bool _mayUseVaes;
    private GcmNonce _nonce;

    public ManagedGcmPacketOpener(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool mayUseVaes = false)
    {
        _mayUseVaes = mayUseVaes;
        _key = new AesGcmKey(key);
        _nonce = new GcmNonce(iv);
    }

    public override int BlockSize => 16;

    public override int TagLength => 16;

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

        bool verified;
        fixed (byte* start = frame)
        fixed (byte* nonce = _nonce.Span)
        {
            byte* packet = start + FrameLayout.LengthSize;
            verified = _key.TryOpen(nonce, start, FrameLayout.LengthSize, packet, length, packet + length);
        }

        _nonce.Advance();
        if (!verified)
        {
            // GCM decrypts in the pass that authenticates: nothing of an unverified packet stays.
            frame.Clear();
        }

        return verified;
    }

    public override void TrustPeer() => _key.UsesVaes = _mayUseVaes;

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        _nonce.Clear();
    }
}
