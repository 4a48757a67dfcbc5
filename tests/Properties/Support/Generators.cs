using FsCheck;
using FsCheck.Fluent;

namespace Hpc.Properties.Tests.Support;

/// <summary>What peers send: anything, and things that are nearly right.</summary>
internal static class Generators
{
    private static readonly uint[] Edges = [0, 1, 4, 5, 127, 128, 255, 256, 35_000, 65_536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF];

    public static Gen<byte> Byte { get; } = Gen.Choose(0, 255).Select(static value => (byte)value);

    public static Gen<byte[]> Bytes { get; } = Gen.Choose(0, 200).SelectMany(static length => Gen.ArrayOf(Byte, length));

    public static Gen<uint> UInt32 { get; } = Gen.OneOf(
        Gen.Elements(Edges),
        Gen.Choose(0, 300).Select(static value => (uint)value),
        Gen.Choose(int.MinValue, int.MaxValue).Select(static value => unchecked((uint)value)));

    public static Gen<ulong> UInt64 { get; } = UInt32.SelectMany(static high => UInt32.Select(low => ((ulong)high << 32) | low));

    public static Gen<int> Seed { get; } = Gen.Choose(0, int.MaxValue);

    /// <summary>A well-formed message with one to three bytes changed, or cut, or with something behind.</summary>
    public static Gen<byte[]> Damaged(byte[] whole) => Seed.Select(seed =>
    {
        var random = new Random(seed);
        byte[] bytes = [.. whole];
        for (int i = random.Next(1, 4); i > 0 && bytes.Length > 0; i--)
        {
            int at = random.Next(bytes.Length);
            bytes = random.Next(4) switch
            {
                0 => bytes[..at],
                1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                2 when bytes.Length >= 4 => WithLength(bytes, random.Next(bytes.Length - 3), Edges[random.Next(Edges.Length)]),
                _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
            };
        }

        return bytes;
    });

    /// <summary>Text of characters that the parser in question cares about.</summary>
    public static Gen<string> TextOf(string alphabet, int maxLength) => Gen.Choose(0, maxLength)
        .SelectMany(length => Gen.ArrayOf(Gen.Elements(alphabet.ToCharArray()), length))
        .Select(static characters => new string(characters));

    private static byte[] WithLength(byte[] bytes, int at, uint value)
    {
        byte[] copy = [.. bytes];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(at), value);
        return copy;
    }
}
