using System.Buffers.Text;
using Hpc.Storage;

namespace Hpc.SshProtocol.Scp;

internal enum ScpRecordKind : byte
{
    /// <summary>A file and its content follow.</summary>
    File,

    /// <summary>What follows, up to the end record, is in this directory.</summary>
    Directory,

    /// <summary>End of the directory.</summary>
    End,

    /// <summary>Times of the file or directory in the next record.</summary>
    Times,

    /// <summary>The peer tells of an error and goes on.</summary>
    Warning,

    /// <summary>The peer tells of an error and ends.</summary>
    Fatal,
}

/// <summary>A record of the SCP protocol without its line feed.</summary>
internal readonly record struct ScpRecord(ScpRecordKind Kind, uint Mode = 0, long Size = 0, string Name = "", FileTime ModificationTime = default, FileTime AccessTime = default)
{
    //  C<mode, octal> <size> <name>
    //  D<mode, octal> 0 <name>
    //  E
    //  T<mtime> <microseconds> <atime> <microseconds>
    //  0x01 <text>
    //  0x02 <text>

    /// <summary>Longest record: a name of 255 bytes fits many times, an error text comfortably.</summary>
    public const int MaxLength = 4 * 1024;

    // Permission bits without set-user-ID, set-group-ID and sticky, which no peer sets here.
    private const uint SafePermissions = 0x1FF;

    /// <summary>Reads a record; the reason says what is wrong with one that cannot be followed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out ScpRecord record, out string reason)
    {
        record = default;
        reason = "expected control record";
        if (line.IsEmpty)
        {
            reason = "unexpected empty record";
            return false;
        }

        ReadOnlySpan<byte> rest = line[1..];
        switch (line[0])
        {
            case (byte)'C':
                return TryParseEntry(ScpRecordKind.File, rest, out record, out reason);
            case (byte)'D':
                return TryParseEntry(ScpRecordKind.Directory, rest, out record, out reason);
            case (byte)'T':
                reason = "malformed times";
                return TryParseTimes(rest, out record);
            case (byte)'E':
                // Some clients send text behind it; nobody reads it.
                record = new ScpRecord(ScpRecordKind.End);
                return true;
            case 1:
                record = new ScpRecord(ScpRecordKind.Warning);
                return true;
            case 2:
                record = new ScpRecord(ScpRecordKind.Fatal);
                return true;
            default:
                return false;
        }
    }

    private static bool TryParseEntry(ScpRecordKind kind, ReadOnlySpan<byte> text, out ScpRecord record, out string reason)
    {
        record = default;
        reason = "malformed mode";
        if (!TryReadMode(ref text, out uint mode))
        {
            return false;
        }

        reason = "malformed size";
        if (!TryReadNumber(ref text, (byte)' ', out long size))
        {
            return false;
        }

        reason = "unexpected file name";
        string name = PathText.Decode(text);
        if (!PathText.IsName(name) || text.Contains((byte)'\n'))
        {
            return false;
        }

        record = new ScpRecord(kind, mode & SafePermissions, size, name);
        return true;
    }

    private static bool TryParseTimes(ReadOnlySpan<byte> text, out ScpRecord record)
    {
        record = default;
        if (!TryReadNumber(ref text, (byte)' ', out long modified) || !TryReadNumber(ref text, (byte)' ', out long modifiedFraction)
            || !TryReadNumber(ref text, (byte)' ', out long accessed) || !TryReadNumber(ref text, 0, out long accessedFraction)
            || modifiedFraction > 999_999 || accessedFraction > 999_999)
        {
            return false;
        }

        record = new ScpRecord(
            ScpRecordKind.Times,
            ModificationTime: new FileTime(modified, (int)modifiedFraction * 1000),
            AccessTime: new FileTime(accessed, (int)accessedFraction * 1000));
        return true;
    }

    // Four digits in all clients of today; older ones send the file type too.
    private static bool TryReadMode(ref ReadOnlySpan<byte> text, out uint mode)
    {
        mode = 0;
        int length = text.IndexOf((byte)' ');
        if (length is < 1 or > 7)
        {
            return false;
        }

        foreach (byte c in text[..length])
        {
            if (c is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            mode = (mode << 3) | (uint)(c - '0');
        }

        text = text[(length + 1)..];
        return true;
    }

    /// <summary>Digits up to the end mark (0 for the end of the text), as a number from 0 to 2^63-1.</summary>
    private static bool TryReadNumber(ref ReadOnlySpan<byte> text, byte end, out long number)
    {
        number = 0;
        int length = end == 0 ? text.Length : text.IndexOf(end);
        if (length is < 1 or > 19 || text[..length].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(text[..length], out number, out int used) || used != length)
        {
            return false;
        }

        text = text[Math.Min(length + 1, text.Length)..];
        return true;
    }
}
