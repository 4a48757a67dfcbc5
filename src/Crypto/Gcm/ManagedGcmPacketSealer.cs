using Hpc.Crypto.Packets;

namespace Hpc.Crypto.Gcm;

/// <summary>What <see cref="GcmPacketSealer"/> does, on <see cref="AesGcmKernel"/>.</summary>
/// <remarks>Unsafe because the kernel takes the frame where it lies.</remarks>
internal sealed unsafe class ManagedGcmPacketSealer : PacketSealer
{
    private readonly AesGcmKey _key;
    private readonly bool _mayUseVaes;
    private GcmNonce _nonce;

    public ManagedGcmPacketSealer(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool mayUseVaes = false)
    {
        _mayUseVaes = mayUseVaes;
        _key = new AesGcmKey(key);
        _nonce = new GcmNonce(iv);
    }

    public override int BlockSize => 16;

    public override int TagLength => 16;

    public override bool PadsLength => false;

    public override void Seal(uint sequence, Span<byte> frame)
    {
        int length = frame.Length - FrameLayout.LengthSize - TagLength;
        FrameLayout.RequireWhole(length, BlockSize);
        fixed (byte* start = frame)
        fixed (byte* nonce = _nonce.Span)
        {
            byte* packet = start + FrameLayout.LengthSize;
            _key.Seal(nonce, start, FrameLayout.LengthSize, packet, length, packet + length);
        }

        _nonce.Advance();
    }

    public override void TrustPeer() => _key.UsesVaes = _mayUseVaes;

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        _nonce.Clear();
    }
}
