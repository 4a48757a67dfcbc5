using Hpc.Storage;

namespace Hpc.FtpProtocol.Listings;

/// <summary>
/// Lines as <c>ls -l</c> prints them, which is what clients expect after SYST has said UNIX. Times are UTC, as those of MLSD and MDTM are:
/// clients that know no better take them as such.
/// </summary>
internal sealed class UnixLine(TimeProvider time) : EntryLine
{
    private const int NumberWidth = -8;
    private const int LinkWidth = 3;
    private const int SizeWidth = 12;
    private const int RecentSeconds = 365 * 86400 / 2;
    private const int ModeLength = 10;
    private readonly long _now = time.GetUtcNow().ToUnixTimeSeconds();

    /// <inheritdoc/>
    public override bool ShowsTargets => true;

    //  drwxr-xr-x   2 1000     1000             4096 Nov 21 00:16 name
    //  lrwxrwxrwx   1 1000     1000                4 Nov 21  2019 name -> /target
    protected override void Write(ref LineWriter line, ReadOnlySpan<byte> name, in EntryAttributes attributes, ReadOnlySpan<byte> target, EntryRole role)
    {
        WriteMode(ref line, attributes);
        line.Write((byte)' ');
        line.WriteNumber(attributes.LinkCount, LinkWidth);
        line.Write((byte)' ');
        line.WriteNumber(attributes.UserId, NumberWidth);
        line.Write((byte)' ');
        line.WriteNumber(attributes.GroupId, NumberWidth);
        line.Write((byte)' ');
        line.WriteNumber(attributes.Size, SizeWidth);
        line.Write((byte)' ');
        WriteDate(ref line, attributes.ModificationTime.Seconds);
        line.Write((byte)' ');
        line.WriteName(name);
        if (!target.IsEmpty)
        {
            line.Write(" -> "u8);
            line.WriteName(target);
        }
    }

    /// <summary>The time of day for the last half year, else the year.</summary>
    private void WriteDate(ref LineWriter line, long seconds)
    {
        DateTime utc = FtpTime.ToUtc(seconds);
        line.Write("JanFebMarAprMayJunJulAugSepOctNovDec"u8.Slice((utc.Month - 1) * 3, 3));
        line.Write((byte)' ');
        line.WriteNumber(utc.Day, 2);
        line.Write((byte)' ');
        if (seconds <= _now && seconds > _now - RecentSeconds)
        {
            WriteTwoDigits(ref line, utc.Hour);
            line.Write((byte)':');
            WriteTwoDigits(ref line, utc.Minute);
        }
        else
        {
            line.Write((byte)' ');
            WriteTwoDigits(ref line, utc.Year / 100);
            WriteTwoDigits(ref line, utc.Year % 100);
        }
    }

    private static void WriteTwoDigits(ref LineWriter line, int value)
    {
        line.Write((byte)('0' + (value / 10)));
        line.Write((byte)('0' + (value % 10)));
    }

    private static void WriteMode(ref LineWriter line, in EntryAttributes attributes)
    {
        Span<byte> text = line.Take(ModeLength);
        if (text.IsEmpty)
        {
            return;
        }

        uint mode = attributes.Mode;
        text[0] = TypeLetter(attributes);
        "rwxrwxrwx"u8.CopyTo(text[1..]);
        for (int i = 0; i < 9; i++)
        {
            if ((mode & (0x100u >> i)) == 0)
            {
                text[1 + i] = (byte)'-';
            }
        }

        Special(text, 3, (mode & 0x800) != 0, (byte)'s', (byte)'S');
        Special(text, 6, (mode & 0x400) != 0, (byte)'s', (byte)'S');
        Special(text, 9, (mode & 0x200) != 0, (byte)'t', (byte)'T');
    }

    private static byte TypeLetter(in EntryAttributes attributes) => attributes.Type switch
    {
        EntryType.Directory => (byte)'d',
        EntryType.SymbolicLink => (byte)'l',
        EntryType.File => (byte)'-',
        _ => (attributes.Mode & 0xF000) switch
        {
            0x2000 => (byte)'c',
            0x6000 => (byte)'b',
            0x1000 => (byte)'p',
            0xC000 => (byte)'s',
            _ => (byte)'-',
        },
    };

    private static void Special(Span<byte> text, int index, bool isSet, byte executable, byte plain)
    {
        if (isSet)
        {
            text[index] = text[index] == (byte)'x' ? executable : plain;
        }
    }
}
