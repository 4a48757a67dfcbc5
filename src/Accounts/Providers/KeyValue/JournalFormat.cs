using System.Buffers.Binary;
using System.Numerics;

namespace Hpc.Accounts.KeyValue;

/// <summary>
/// The file: a head, then frames, of which each was synchronised to disk before the next one was begun. Numbers are little-endian.
/// </summary>
internal static class JournalFormat
{
    //  head, 12 bytes:
    //      8 bytes  "hpc-kv\r\n"
    //      uint32   version of the format
    //
    //  frame, 20 bytes and its records:
    //      4 bytes  FF 'K' 'V' 'F', which is nowhere in UTF-8
    //      uint64   number, one more than that of the frame before it in this file; the first is 1
    //      uint32   length of the records
    //      uint32   CRC-32C of the number, the length and the records
    //      records  one after the other (RecordKind); a change set is in one frame, so that it is there as a whole or not at all
    //
    //  The first frames hold what the file was made with: puts, activity, values, and the state as their last record. The others hold what changed since.
    public const int HeadLength = 12;
    public const int FrameHeadLength = 20;
    public const uint Version = 1;

    /// <summary>Longest records of a frame.</summary>
    public const int MaxFrame = 1 << 30;

    private const uint Seed = 0xFFFFFFFF;

    public static ReadOnlySpan<byte> Magic => "hpc-kv\r\n"u8;

    public static ReadOnlySpan<byte> FrameMagic => [0xFF, (byte)'K', (byte)'V', (byte)'F'];

    public static byte[] Head()
    {
        byte[] head = new byte[HeadLength];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), Version);
        return head;
    }

    public static void WriteFrameHead(Span<byte> head, ulong number, ReadOnlySpan<byte> records)
    {
        FrameMagic.CopyTo(head);
        BinaryPrimitives.WriteUInt64LittleEndian(head[4..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], (uint)records.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[16..], Checksum(head[4..16], records));
    }

    /// <summary>The number and the length that a frame says it has; whether it is whole is another question.</summary>
    public static bool TryReadFrameHead(ReadOnlySpan<byte> head, out ulong number, out int length)
    {
        number = BinaryPrimitives.ReadUInt64LittleEndian(head[4..]);
        uint said = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
        length = said <= MaxFrame ? (int)said : 0;
        return head[..4].SequenceEqual(FrameMagic) && said <= MaxFrame;
    }

    public static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> records) =>
        BinaryPrimitives.ReadUInt32LittleEndian(head[16..]) == Checksum(head[4..16], records);

    private static uint Checksum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> records) => ~Add(Add(Seed, head), records);

    private static uint Add(uint checksum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return checksum;
    }
}
