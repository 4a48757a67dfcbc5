using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Packets;

/// <summary>
/// The parts of chacha20-poly1305@openssh.com (OpenSSH PROTOCOL.chacha20poly1305), the same in both directions.
/// The first 32 key bytes are K_2 (packet and Poly1305 key), the last 32 K_1 (length).
/// </summary>
internal sealed unsafe class ChaChaPolyCore : IDisposable
{
    public const int BlockSize = 8;
    public const int TagLength = 16;
    private const int KeyLength = 32;
    private const int IvLength = 16;
    private const string EvpName = "ChaCha20";

    private readonly CipherContext _packetCipher;
    private readonly CipherContext _lengthCipher;
    private readonly MacContext _mac = MacContext.Poly1305();

    public ChaChaPolyCore(ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> iv = stackalloc byte[IvLength];
        _packetCipher = new CipherContext(EvpName, key[..KeyLength], iv, encrypt: true);
        _lengthCipher = new CipherContext(EvpName, key[KeyLength..], iv, encrypt: true);
    }

    public void CryptLength(uint sequence, byte* output, byte* input)
    {
        byte* iv = stackalloc byte[IvLength];
        SetCounter(iv, sequence, 0);
        _lengthCipher.SetIv(iv);
        _lengthCipher.Apply(output, input, FrameLayout.LengthSize);
    }

    public void CryptPacket(uint sequence, byte* packet, int length)
    {
        byte* iv = stackalloc byte[IvLength];
        SetCounter(iv, sequence, 1);
        _packetCipher.SetIv(iv);
        _packetCipher.Apply(packet, packet, length);
    }

    /// <summary>The tag over the encrypted length and the encrypted packet.</summary>
    public void MakeTag(uint sequence, byte* start, int length, byte* tag)
    {
        // The Poly1305 key is the beginning of keystream block 0.
        byte* key = stackalloc byte[KeyLength];
        byte* iv = stackalloc byte[IvLength];
        new Span<byte>(key, KeyLength).Clear();
        SetCounter(iv, sequence, 0);
        _packetCipher.SetIv(iv);
        _packetCipher.Apply(key, key, KeyLength);
        _mac.Start(key, KeyLength);
        _mac.Update(start, length);
        _mac.Finish(tag, TagLength);
        CryptographicOperations.ZeroMemory(new Span<byte>(key, KeyLength));
    }

    public void Dispose()
    {
        _packetCipher.Dispose();
        _lengthCipher.Dispose();
        _mac.Dispose();
    }

    //  uint64    block counter, little-endian
    //  uint64    packet sequence number, big-endian
    private static void SetCounter(byte* iv, uint sequence, ulong counter)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(iv, 8), counter);
        BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(iv + 8, 8), sequence);
    }
}
