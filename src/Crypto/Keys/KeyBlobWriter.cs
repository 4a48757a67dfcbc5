using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hpc.Crypto.Keys;

/// <summary>Writes the strings of key and signature blobs.</summary>
internal static class KeyBlobWriter
{
    public static void WriteString(this IBufferWriter<byte> destination, ReadOnlySpan<byte> value)
    {
        WriteLength(destination, value.Length);
        destination.Write(value);
    }

    public static void WriteString(this IBufferWriter<byte> destination, string value) =>
        WriteString(destination, Encoding.ASCII.GetBytes(value));

    /// <summary>Writes an unsigned big-endian number as an mpint.</summary>
    public static void WriteMpint(this IBufferWriter<byte> destination, ReadOnlySpan<byte> unsigned)
    {
        int length = Mpint.LengthOf(unsigned);
        WriteLength(destination, length);
        if (length > 0)
        {
            Mpint.Write(unsigned, destination.GetSpan(length)[..length]);
            destination.Advance(length);
        }
    }

    /// <summary>A signature blob: <c>string algorithm, string signature</c>.</summary>
    public static byte[] Signature(string algorithm, ReadOnlySpan<byte> signature)
    {
        var blob = new ArrayBufferWriter<byte>(8 + algorithm.Length + signature.Length);
        blob.WriteString(algorithm);
        blob.WriteString(signature);
        return blob.WrittenSpan.ToArray();
    }

    private static void WriteLength(IBufferWriter<byte> destination, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination.GetSpan(4), length);
        destination.Advance(4);
    }
}
