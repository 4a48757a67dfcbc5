using System.Buffers;

namespace Hpc.Crypto.Keys;

/// <summary>
/// Between the SSH form (<c>mpint r, mpint s</c>, RFC 5656 §3.1.2) and the DER form (<c>SEQUENCE { INTEGER r, INTEGER s }</c>).
/// An INTEGER's content is exactly an mpint's.
/// </summary>
internal static class EcdsaSignature
{
    private const byte Sequence = 0x30;
    private const byte Integer = 0x02;
    private const byte OneLengthByteFollows = 0x81;

    // Two numbers of up to 67 bytes with two bytes of header each still fit a one-byte length.
    private const int MaxContentLength = 67;

    /// <summary>Null if the SSH form is malformed.</summary>
    public static byte[]? ToDer(ReadOnlySpan<byte> signature)
    {
        var reader = new KeyBlobReader(signature);
        if (!reader.TryReadString(out ReadOnlySpan<byte> r) || !reader.TryReadString(out ReadOnlySpan<byte> s) || !reader.IsAtEnd
            || !IsAcceptable(r) || !IsAcceptable(s))
        {
            return null;
        }

        int length = 4 + r.Length + s.Length;
        bool isLong = length >= 0x80;
        byte[] der = new byte[(isLong ? 3 : 2) + length];
        int at = 0;
        der[at++] = Sequence;
        if (isLong)
        {
            der[at++] = OneLengthByteFollows;
        }

        der[at++] = (byte)length;
        at = WriteInteger(der, at, r);
        WriteInteger(der, at, s);
        return der;
    }

    /// <summary>From what libcrypto made.</summary>
    public static byte[] FromDer(ReadOnlySpan<byte> der)
    {
        ReadOnlySpan<byte> rest = der[(der[1] == OneLengthByteFollows ? 3 : 2)..];
        var signature = new ArrayBufferWriter<byte>(der.Length + 8);
        for (int number = 0; number < 2; number++)
        {
            int length = rest[1];
            signature.WriteString(rest.Slice(2, length));
            rest = rest[(2 + length)..];
        }

        return signature.WrittenSpan.ToArray();
    }

    private static bool IsAcceptable(ReadOnlySpan<byte> number) => number.Length <= MaxContentLength && Mpint.IsPositive(number);

    private static int WriteInteger(byte[] der, int at, ReadOnlySpan<byte> number)
    {
        der[at++] = Integer;
        der[at++] = (byte)number.Length;
        number.CopyTo(der.AsSpan(at));
        return at + number.Length;
    }
}
