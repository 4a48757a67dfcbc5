using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Benchmarks.Crypto;

/// <summary>AES-128-CTR and HMAC-SHA-256 of libcrypto, called without anything of the packet layer around them.</summary>
/// <remarks>Unsafe because libcrypto takes the frame where it lies.</remarks>
internal sealed unsafe class EvpCtrHmacCase : PacketCipherCase
{
    private const int TagBytes = 32;
    private const int BlockLength = 16;

    private readonly CipherContext _encrypt;
    private readonly CipherContext _decrypt;
    private readonly MacContext _mac;
    private readonly byte[] _expected = GC.AllocateArray<byte>(TagBytes, pinned: true);

    public EvpCtrHmacCase(int packetLength)
        : base(packetLength, TagBytes)
    {
        byte[] key = RandomNumberGenerator.GetBytes(BlockLength);
        byte[] iv = RandomNumberGenerator.GetBytes(BlockLength);
        _encrypt = new CipherContext("AES-128-CTR", key, iv, encrypt: true);
        _decrypt = new CipherContext("AES-128-CTR", key, iv, encrypt: false);
        _mac = MacContext.Hmac("SHA2-256", RandomNumberGenerator.GetBytes(TagBytes));
    }

    public override void Seal()
    {
        fixed (byte* packet = Packet, tag = Tag)
        {
            _encrypt.Apply(packet, packet, PacketLength);
            Sign(tag);
        }
    }

    protected override bool Open()
    {
        fixed (byte* packet = Packet, expected = _expected)
        {
            Sign(expected);
            _decrypt.Apply(packet, packet, PacketLength);
        }

        return CryptographicOperations.FixedTimeEquals(_expected, Tag);
    }

    protected override void Dispose(bool disposing)
    {
        _encrypt.Dispose();
        _decrypt.Dispose();
        _mac.Dispose();
    }

    private void Sign(byte* tag)
    {
        fixed (byte* frame = Frame)
        {
            _mac.Start(null, 0);
            _mac.Update(frame, Header.Length + PacketLength);
            _mac.Finish(tag, TagBytes);
        }
    }
}
