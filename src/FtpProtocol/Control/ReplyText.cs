using System.Buffers;
using System.Globalization;
using System.Text;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Control;

/// <summary>Replies as bytes (RFC 959 §4.2). No text can end its line early: control characters become <c>_</c>.</summary>
internal static class ReplyText
{
    private const byte Replacement = (byte)'_';

    public static void Write(IBufferWriter<byte> output, FtpReply reply)
    {
        //  code SP text CRLF, or
        //  code "-" first CRLF, (SP line CRLF)*, code SP text CRLF
        if (reply.First is not null || reply.Lines is { Count: > 0 })
        {
            WriteLine(output, reply.Code, "-", reply.First ?? reply.Text);
            foreach (string line in reply.Lines ?? [])
            {
                WriteText(output, " ");
                WriteText(output, line);
                output.Write("\r\n"u8);
            }
        }

        WriteLine(output, reply.Code, " ", reply.Text ?? "");
    }

    private static void WriteLine(IBufferWriter<byte> output, int code, string mark, string text)
    {
        Span<byte> digits = output.GetSpan(16);
        code.TryFormat(digits, out int length, "000", CultureInfo.InvariantCulture);
        output.Advance(length);
        WriteText(output, mark);
        WriteText(output, text);
        output.Write("\r\n"u8);
    }

    private static void WriteText(IBufferWriter<byte> output, string text)
    {
        if (Ascii.IsValid(text))
        {
            Span<byte> room = output.GetSpan(Math.Max(text.Length, 1));
            Encoding.ASCII.GetBytes(text, room);
            Clean(room[..text.Length]);
            output.Advance(text.Length);
            return;
        }

        // Names may hold bytes that are not UTF-8; text that stands for no bytes at all is not a name.
        byte[] bytes = PathText.TryEncode(text, out byte[] exact) ? exact : Encoding.UTF8.GetBytes(text);
        Clean(bytes);
        output.Write(bytes);
    }

    private static void Clean(Span<byte> bytes)
    {
        int first = bytes.IndexOfAnyInRange((byte)0, (byte)31);
        if (first < 0 && bytes.IndexOf((byte)127) < 0)
        {
            return;
        }

        foreach (ref byte value in bytes)
        {
            value = value is < 32 or 127 ? Replacement : value;
        }
    }
}
