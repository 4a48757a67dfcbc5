using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;
using Hpc.Crypto.Lanes;

namespace Hpc.Crypto.Packets;

/// <summary><c>MAC(key, uint32 sequence_number || bytes)</c> (RFC 4253 §6.4).</summary>
/// <remarks>Unsafe because packets are hashed where they lie.</remarks>
internal sealed unsafe class PacketMac : IDisposable
{
    public const int MaxTagLength = 64;

    private readonly MacContext _mac;
    private readonly LaneChoice? _choice;
    private readonly HmacLanes? _lanes;

    /// <param name="digest">libcrypto's name of it.</param>
    /// <param name="tagLength">The digest's length.</param>
    /// <param name="key">Copied.</param>
    /// <param name="choice">Lanes for the tags of many packets; used with SHA2-256 alone, whose tags are 32 bytes.</param>
    public PacketMac(string digest, int tagLength, ReadOnlySpan<byte> key, LaneChoice? choice = null)
    {
        _mac = MacContext.Hmac(digest, key);
        TagLength = tagLength;
        if (tagLength == Sha256Constants.DigestLength && choice?.Kernel is { } kernel)
        {
            _choice = choice;
            _lanes = new HmacLanes(kernel, key);
        }
    }

    public int TagLength { get; }

    /// <summary>How many packets may be given to <see cref="MakeTags"/> with a gain; 1 if there is none.</summary>
    public int Lanes => _lanes?.Lanes ?? 1;

    public void MakeTag(uint sequence, byte* data, int length, byte* tag)
    {
        uint number = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(sequence) : sequence;
        _mac.Start(null, 0);
        _mac.Update((byte*)&number, sizeof(uint));
        _mac.Update(data, length);
        _mac.Finish(tag, TagLength);
    }

    /// <summary>True if <see cref="MakeTags"/> takes less time than a call for each.</summary>
    public bool IsWorthwhile(ReadOnlySpan<LaneMessage> messages) => _choice is not null && _choice.IsWorthwhile(messages);

    /// <summary>Makes the tags of up to <see cref="Lanes"/> packets in one pass, which <see cref="IsWorthwhile"/>.</summary>
    public void MakeTagsTogether(ReadOnlySpan<LaneMessage> messages) => _lanes!.MakeTags(messages);

    /// <summary>Makes the tags of up to <see cref="Lanes"/> packets, at once if that is worthwhile.</summary>
    public void MakeTags(ReadOnlySpan<LaneMessage> messages)
    {
        if (IsWorthwhile(messages))
        {
            MakeTagsTogether(messages);
            return;
        }

        foreach (ref readonly LaneMessage message in messages)
        {
            MakeTag(message.Sequence, message.Data, message.Length, message.Tag);
        }
    }

    public bool Verify(uint sequence, byte* data, int length, ReadOnlySpan<byte> tag)
    {
        byte* expected = stackalloc byte[MaxTagLength];
        MakeTag(sequence, data, length, expected);
        return CryptographicOperations.FixedTimeEquals(new ReadOnlySpan<byte>(expected, TagLength), tag);
    }

    public void Dispose()
    {
        _mac.Dispose();
        _lanes?.Dispose();
    }
}
