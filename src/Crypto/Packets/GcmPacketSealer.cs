using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Packets;

/// <summary>aes128-gcm@openssh.com and aes256-gcm@openssh.com (RFC 5647; OpenSSH PROTOCOL §1.6): the length is authenticated, not encrypted.</summary>
internal sealed unsafe class GcmPacketSealer : PacketSealer
{
    private readonly CipherContext _cipher;
    private GcmNonce _nonce;

    public GcmPacketSealer(string evpName, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _cipher = new CipherContext(evpName, key, iv, encrypt: true);
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
            _cipher.SetIv(nonce);
            _cipher.Apply(null, start, FrameLayout.LengthSize);
            _cipher.Apply(packet, packet, length);
            LibCrypto.Require(_cipher.TryFinish(), "making the GCM tag");
            _cipher.GetTag(packet + length, TagLength);
        }

        _nonce.Advance();
    }

    protected override void Dispose(bool disposing)
    {
        _cipher.Dispose();
        _nonce.Clear();
    }
}
