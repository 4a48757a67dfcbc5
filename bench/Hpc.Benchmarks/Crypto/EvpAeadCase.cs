using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Benchmarks.Crypto;

/// <summary>An AEAD of libcrypto by its EVP name, called without anything of the packet layer around it.</summary>
/// <remarks>Unsafe because libcrypto takes the frame where it lies.</remarks>
internal sealed unsafe class EvpAeadCase : PacketCipherCase
{
    private const int TagBytes = 16;
    private const int NonceLength = 12;

    private readonly CipherContext _encrypt;
    private readonly CipherContext _decrypt;
    private readonly byte[] _nonce = GC.AllocateArray<byte>(NonceLength, pinned: true);

    public EvpAeadCase(string evpName, int keyLength, int packetLength)
        : base(packetLength, TagBytes)
    {
        byte[] key = RandomNumberGenerator.GetBytes(keyLength);
        _encrypt = new CipherContext(evpName, key, _nonce, encrypt: true);
        _decrypt = new CipherContext(evpName, key, _nonce, encrypt: false);
    }

    public override void Seal()
    {
        fixed (byte* header = Header, packet = Packet, tag = Tag, nonce = _nonce)
        {
            _encrypt.SetIv(nonce);
            _encrypt.Apply(null, header, Header.Length);
            _encrypt.Apply(packet, packet, PacketLength);
            LibCrypto.Require(_encrypt.TryFinish(), "making the tag");
            _encrypt.GetTag(tag, TagBytes);
        }
    }

    protected override bool Open()
    {
        fixed (byte* header = Header, packet = Packet, tag = Tag, nonce = _nonce)
        {
            _decrypt.SetIv(nonce);
            _decrypt.SetTag(tag, TagBytes);
            _decrypt.Apply(null, header, Header.Length);
            _decrypt.Apply(packet, packet, PacketLength);
            return _decrypt.TryFinish();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _encrypt.Dispose();
        _decrypt.Dispose();
    }
}
