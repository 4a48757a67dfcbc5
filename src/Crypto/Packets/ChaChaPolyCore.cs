using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.ChaCha;
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
    private const int StreamBlockLength = 64;
    private const uint FirstBlock = 1;

    // Below, laying out the kernel's state costs what its rounds gain.
    private const int BulkFrom = 4 * ChaChaKernel.StepLength;
    private const string EvpName = "ChaCha20";

    private readonly CipherContext _packetCipher;
    private readonly CipherContext _lengthCipher;
    private readonly MacContext _mac = MacContext.Poly1305();
    private readonly ChaChaKey? _bulkKey;

    /// <param name="key">Copied.</param>
    /// <param name="isManaged">True to encrypt the bulk of large packets by <see cref="ChaChaKernel"/>, which has to be supported.</param>
    public ChaChaPolyCore(ReadOnlySpan<byte> key, bool isManaged)
    {
        _bulkKey = isManaged ? new ChaChaKey(key[..KeyLength]) : null;
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

    /// <summary>Encrypts a packet and makes the tag over its encrypted length and itself.</summary>
    public void Seal(uint sequence, byte* frame, int length)
    {
        byte* key = stackalloc byte[StreamBlockLength];
        byte* packet = frame + FrameLayout.LengthSize;
        BeginPacket(sequence, key);
        CryptPacket(sequence, packet, length);
        MakeTag(key, frame, length, packet + length);
    }

    /// <summary>Decrypts a packet if the tag behind it is that of its encrypted length and itself.</summary>
    public bool TryOpen(uint sequence, byte* frame, int length)
    {
        byte* key = stackalloc byte[StreamBlockLength];
        byte* tag = stackalloc byte[TagLength];
        byte* packet = frame + FrameLayout.LengthSize;
        BeginPacket(sequence, key);
        MakeTag(key, frame, length, tag);
        if (!CryptographicOperations.FixedTimeEquals(new ReadOnlySpan<byte>(tag, TagLength), new ReadOnlySpan<byte>(packet + length, TagLength)))
        {
            return false;
        }

        CryptPacket(sequence, packet, length);
        return true;
    }

    public void Dispose()
    {
        _packetCipher.Dispose();
        _lengthCipher.Dispose();
        _mac.Dispose();
        _bulkKey?.Dispose();
    }

    /// <summary>From block 1 on, where <see cref="BeginPacket"/> has left the cipher.</summary>
    private void CryptPacket(uint sequence, byte* packet, int length)
    {
        int bulk = _bulkKey is null || length < BulkFrom ? 0 : length & -ChaChaKernel.StepLength;
        if (bulk != 0)
        {
            byte* iv = stackalloc byte[IvLength];
            SetCounter(iv, sequence, FirstBlock + (uint)(bulk / StreamBlockLength));
            _bulkKey!.Apply(iv + sizeof(ulong), FirstBlock, packet, bulk);
            if (bulk == length)
            {
                return;
            }

            _packetCipher.SetIv(iv);
        }

        _packetCipher.Apply(packet + bulk, packet + bulk, length - bulk);
    }

    /// <summary>Takes block 0 of the key stream, whose first half is the Poly1305 key; the cipher then stands at block 1, where the packet's begins.</summary>
    private void BeginPacket(uint sequence, byte* key)
    {
        byte* iv = stackalloc byte[IvLength];
        SetCounter(iv, sequence, 0);
        _packetCipher.SetIv(iv);
        new Span<byte>(key, StreamBlockLength).Clear();
        _packetCipher.Apply(key, key, StreamBlockLength);
    }

    private void MakeTag(byte* key, byte* frame, int length, byte* tag)
    {
        _mac.Start(key, KeyLength);
        _mac.Update(frame, FrameLayout.LengthSize + length);
        _mac.Finish(tag, TagLength);
        CryptographicOperations.ZeroMemory(new Span<byte>(key, StreamBlockLength));
    }

    //  uint64    block counter, little-endian
    //  uint64    packet sequence number, big-endian
    private static void SetCounter(byte* iv, uint sequence, uint block)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(iv, 8), block);
        BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(iv + 8, 8), sequence);
    }
}
