namespace Hpc.Crypto;

/// <summary>Content of an mpint (RFC 4251 §5): two's complement, big-endian, as short as possible.</summary>
internal static class Mpint
{
    /// <summary>True for the one encoding of a number above zero.</summary>
    public static bool IsPositive(ReadOnlySpan<byte> content) =>
        !content.IsEmpty && content[0] < 0x80 && (content[0] != 0 || (content.Length > 1 && content[1] >= 0x80));

    /// <summary>The number's bytes without the sign byte.</summary>
    public static ReadOnlySpan<byte> Magnitude(ReadOnlySpan<byte> content) => content.TrimStart((byte)0);

    /// <summary>Length of the content for an unsigned big-endian number.</summary>
    public static int LengthOf(ReadOnlySpan<byte> unsigned)
    {
        ReadOnlySpan<byte> magnitude = Magnitude(unsigned);
        return magnitude.Length + (NeedsSign(magnitude) ? 1 : 0);
    }

    /// <summary>Writes the content for an unsigned big-endian number into exactly <see cref="LengthOf"/> bytes.</summary>
    public static void Write(ReadOnlySpan<byte> unsigned, Span<byte> content)
    {
        ReadOnlySpan<byte> magnitude = Magnitude(unsigned);
        content[0..(content.Length - magnitude.Length)].Clear();
        magnitude.CopyTo(content[^magnitude.Length..]);
    }

    public static byte[] ToArray(ReadOnlySpan<byte> unsigned)
    {
        byte[] content = new byte[LengthOf(unsigned)];
        Write(unsigned, content);
        return content;
    }

    public static SecretBytes ToSecret(ReadOnlySpan<byte> unsigned)
    {
        var content = new SecretBytes(LengthOf(unsigned));
        Write(unsigned, content.Span);
        return content;
    }

    private static bool NeedsSign(ReadOnlySpan<byte> magnitude) => !magnitude.IsEmpty && magnitude[0] >= 0x80;
}
