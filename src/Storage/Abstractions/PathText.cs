using System.Text;

namespace Hpc.Storage;

/// <summary>
/// Names and link targets as text without loss: valid UTF-8 is itself, any other byte <c>b</c> (0x80–0xFF) is the lone surrogate <c>U+DC00+b</c>.
/// UTF-8-encoded surrogates count as invalid bytes. Bytes → text → bytes is the identity.
/// </summary>
public static class PathText
{
    private const char FirstEscape = '\uDC80';
    private const char LastEscape = '\uDCFF';
    private const int EscapeBase = 0xDC00;

    /// <summary>The text of the bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> utf8)
    {
        if (Ascii.IsValid(utf8))
        {
            return Encoding.ASCII.GetString(utf8);
        }

        return System.Text.Unicode.Utf8.IsValid(utf8)
            ? Encoding.UTF8.GetString(utf8)
            : DecodeWithEscapes(utf8);
    }

    /// <summary>The bytes of the text. Throws <see cref="ArgumentException"/> for text that no bytes decode to.</summary>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        if (!TryGetByteCount(text, out int count))
        {
            throw new ArgumentException("The text holds a surrogate that stands for no byte.", nameof(text));
        }

        byte[] bytes = new byte[count];
        Write(text, bytes);
        return bytes;
    }

    /// <summary>The bytes of the text; false for text that no bytes decode to.</summary>
    public static bool TryEncode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        if (!IsCanonical(text))
        {
            bytes = [];
            return false;
        }

        bytes = Encode(text);
        return true;
    }

    /// <summary>The number of bytes of text that came from <see cref="Decode"/>.</summary>
    public static int GetByteCount(ReadOnlySpan<char> text) =>
        TryGetByteCount(text, out int count)
            ? count
            : throw new ArgumentException("The text holds a surrogate that stands for no byte.", nameof(text));

    /// <summary>Writes the bytes of text that came from <see cref="Decode"/> and returns their number.</summary>
    public static int Write(ReadOnlySpan<char> text, Span<byte> destination)
    {
        int written = 0;
        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAnyInRange('\uD800', '\uDFFF');
            ReadOnlySpan<char> head = plain < 0 ? text : text[..plain];
            written += Encoding.UTF8.GetBytes(head, destination[written..]);
            text = text[head.Length..];
            if (text.IsEmpty)
            {
                break;
            }

            if (text.Length > 1 && char.IsSurrogatePair(text[0], text[1]))
            {
                written += new Rune(text[0], text[1]).EncodeToUtf8(destination[written..]);
                text = text[2..];
            }
            else
            {
                destination[written++] = (byte)(text[0] - EscapeBase);
                text = text[1..];
            }
        }

        return written;
    }

    /// <summary>True if the text is what <see cref="Decode"/> makes of some bytes, so that it has no second spelling.</summary>
    public static bool IsCanonical(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return true;
        }

        return TryGetByteCount(text, out _) && text.SequenceEqual(Decode(Encode(text)));
    }

    /// <summary>True if the text can be one segment of a path: not empty, <c>.</c> or <c>..</c>, without slash and NUL.</summary>
    public static bool IsName(ReadOnlySpan<char> text) =>
        text is not ("" or "." or "..") && text.IndexOfAny('/', '\0') < 0 && IsCanonical(text);

    private static bool TryGetByteCount(ReadOnlySpan<char> text, out int count)
    {
        count = 0;
        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAnyInRange('\uD800', '\uDFFF');
            ReadOnlySpan<char> head = plain < 0 ? text : text[..plain];
            count += Encoding.UTF8.GetByteCount(head);
            text = text[head.Length..];
            if (text.IsEmpty)
            {
                break;
            }

            if (text.Length > 1 && char.IsSurrogatePair(text[0], text[1]))
            {
                count += 4;
                text = text[2..];
            }
            else if (text[0] is >= FirstEscape and <= LastEscape)
            {
                count++;
                text = text[1..];
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static string DecodeWithEscapes(ReadOnlySpan<byte> utf8)
    {
        var text = new StringBuilder(utf8.Length);
        Span<char> chars = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done)
            {
                text.Append(chars[..rune.EncodeToUtf16(chars)]);
            }
            else
            {
                foreach (byte invalid in utf8[..consumed])
                {
                    text.Append((char)(EscapeBase + invalid));
                }
            }

            utf8 = utf8[consumed..];
        }

        return text.ToString();
    }
}
