using System.Security.Cryptography;

namespace Hpc.Benchmarks.Crypto;

/// <summary>The runtime's AES-GCM on the same frame.</summary>
internal sealed class DotNetGcmCase(int keyLength, int packetLength) : PacketCipherCase(packetLength, TagBytes)
{
    private const int TagBytes = 16;

    private readonly AesGcm _gcm = new(RandomNumberGenerator.GetBytes(keyLength), TagBytes);
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(12);

    public override void Seal() => _gcm.Encrypt(_nonce, Packet, Packet, Tag, Header);

    protected override bool Open()
    {
        _gcm.Decrypt(_nonce, Packet, Tag, Packet, Header);
        return true;
    }

    protected override void Dispose(bool disposing) => _gcm.Dispose();
}
