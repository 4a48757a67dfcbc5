using System.Buffers.Binary;

namespace Hpc.Fuzz.Tests.Mutation;

/// <summary>Changes bytes the way broken and hostile peers do: bits, lengths, cuts, doubles, strange content.</summary>
internal static class ByteMutator
{
    private static readonly uint[] Lengths =
        [0, 1, 3, 4, 5, 7, 8, 127, 128, 255, 256, 4095, 4096, 32_768, 35_000, 65_535, 65_536, 262_144, 0x7FFFFFFB, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFB, 0xFFFFFFFF];

    /// <summary>A copy with one to four changes.</summary>
    public static byte[] Mutate(Random random, ReadOnlySpan<byte> bytes)
    {
        byte[] result = bytes.ToArray();
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            result = MutateOnce(random, result);
        }

        return result;
    }

    public static uint Length(Random random) => Lengths[random.Next(Lengths.Length)];

    public static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] MutateOnce(Random random, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return Bytes(random, random.Next(1, 40));
        }

        int at = random.Next(bytes.Length);
        int end = random.Next(at, bytes.Length) + 1;
        switch (random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return SetLength(random, bytes);
            case 3:
                return SetLength(random, bytes);
            case 4:
                return bytes[..at];
            case 5:
                return [.. bytes[..at], .. bytes[end..]];
            case 6:
                return [.. bytes[..end], .. bytes[at..]];
            case 7:
                return [.. bytes[..at], .. Bytes(random, random.Next(1, 64)), .. bytes[at..]];
            default:
                random.NextBytes(bytes.AsSpan(at, end - at));
                return bytes;
        }
    }

    private static byte[] SetLength(Random random, byte[] bytes)
    {
        if (bytes.Length < 4)
        {
            return bytes;
        }

        Span<byte> field = bytes.AsSpan(random.Next(bytes.Length - 3), 4);
        uint old = BinaryPrimitives.ReadUInt32BigEndian(field);
        BinaryPrimitives.WriteUInt32BigEndian(field, random.Next(3) == 0 ? (uint)(old + random.Next(-2, 3)) : Length(random));
        return bytes;
    }
}
