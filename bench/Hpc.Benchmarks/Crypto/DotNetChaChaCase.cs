using System.Security.Cryptography;

namespace Hpc.Benchmarks.Crypto;

/// <summary>The runtime's ChaCha20-Poly1305 (RFC 8439, another construction than that of SSH) on the same frame.</summary>
internal sealed class DotNetChaChaCase(int packetLength) : PacketCipherCase(packetLength, TagBytes)
{
    private const int TagBytes = 16;

    private readonly ChaCha20Poly1305 _cipher = new(RandomNumberGenerator.GetBytes(32));
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(12);

    public override void Seal() => _cipher.Encrypt(_nonce, Packet, Packet, Tag, Header);

    protected override bool Open()
    {
        _cipher.Decrypt(_nonce, Packet, Tag, Packet, Header);
        return true;
    }

    protected override void Dispose(bool disposing) => _cipher.Dispose();
}
