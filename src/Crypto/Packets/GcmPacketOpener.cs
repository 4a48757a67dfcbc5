using System.Buffers.Binary;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Packets;

/// <summary>Opens what <see cref="GcmPacketSealer"/> seals.</summary>
internal sealed unsafe class GcmPacketOpener : PacketOpener
{
    private readonly CipherContext _cipher;
    private GcmNonce _nonce;

    public GcmPacketOpener(string evpName, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _cipher = new CipherContext(evpName, key, iv, encrypt: false);
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
            _cipher.SetIv(nonce);
            _cipher.SetTag(packet + length, TagLength);
            _cipher.Apply(null, start, FrameLayout.LengthSize);
            _cipher.Apply(packet, packet, length);
            verified = _cipher.TryFinish();
        }

        _nonce.Advance();
        if (!verified)
        {
            // GCM decrypts in the pass that authenticates: nothing of an unverified packet stays.
            frame.Clear();
            LibCrypto.ERR_clear_error();
        }

        return verified;
    }

    protected override void Dispose(bool disposing)
    {
        _cipher.Dispose();
        _nonce.Clear();
    }
}
