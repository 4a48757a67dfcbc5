using System.Globalization;
using System.Text;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>Entries of a NAME reply, with a longname as <c>ls -l</c> prints it: clients take it apart by columns.</summary>
internal readonly struct LongNameFormat(SftpServerOptions options)
{
    //  drwxr-xr-x    2 1000     1000         4096 Nov 21 00:16 name
    public const int SizeWidth = 8;

    private const int SecondsOfDay = 86400;
    private static readonly long FirstSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds() + SecondsOfDay;
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds() - SecondsOfDay;
    private static readonly TimeSpan RecentPast = TimeSpan.FromDays(365) / 2;
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    private readonly DateTimeOffset _now = options.Time.GetUtcNow();

    /// <summary>Writes filename, longname and ATTRS; returns 0 if they do not fit.</summary>
    public int WriteEntry(Span<byte> destination, in DirectoryEntry entry)
    {
        string columns = Columns(entry.Attributes);
        int name = PathText.GetByteCount(entry.Name);
        if (4 + name + 4 + columns.Length * 3 + name + SftpAttributes.WrittenLength > destination.Length)
        {
            return 0;
        }

        byte[] bytes = PathText.Encode(entry.Name);
        var writer = new WireWriter(destination);
        writer.WriteString(bytes);
        writer.WriteUInt32((uint)(Encoding.UTF8.GetByteCount(columns) + bytes.Length));
        writer.WriteBytes(Encoding.UTF8.GetBytes(columns));
        writer.WriteBytes(bytes);
        SftpAttributes.Write(ref writer, entry.Attributes);
        return writer.Length;
    }

    /// <summary>Everything before the name, with the blank that parts them.</summary>
    public string Columns(in EntryAttributes attributes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Front(attributes)}{attributes.Size,SizeWidth} {Date(attributes.ModificationTime.Seconds)} ");

    /// <summary>The columns before the size, with the blank that parts them from it.</summary>
    public string Front(in EntryAttributes attributes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mode(attributes.Mode)} {attributes.LinkCount,3} {Owner(attributes.UserId, options.UserId),-8} {Owner(attributes.GroupId, options.GroupId),-8} ");

    /// <summary>Whether the time of day is shown for a time, as it is for the last half year.</summary>
    public bool IsRecent(long seconds)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(InRange(seconds));
        return time <= _now && time > _now - RecentPast;
    }

    private string Owner(uint id, uint? own) =>
        id == own && options.UserName.Length > 0 && !options.UserName.AsSpan().ContainsAny(' ', '\n', '\t')
            ? options.UserName
            : id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The time of day for the last half year, else the year.</summary>
    public string Date(long seconds)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(InRange(seconds)), options.Time.LocalTimeZone);
        return IsRecent(seconds)
            ? string.Create(CultureInfo.InvariantCulture, $"{Months[local.Month - 1]} {local.Day,2} {local.Hour:00}:{local.Minute:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{Months[local.Month - 1]} {local.Day,2}  {local.Year:0000}");
    }

    // What DateTimeOffset can hold in every zone.
    private static long InRange(long seconds) => Math.Clamp(seconds, FirstSecond, LastSecond);

    private static string Mode(uint mode) => string.Create(10, mode, static (text, bits) =>
    {
        text[0] = (bits & 0xF000) switch
        {
            0x4000 => 'd',
            0xA000 => 'l',
            0x2000 => 'c',
            0x6000 => 'b',
            0x1000 => 'p',
            0xC000 => 's',
            _ => '-',
        };
        "rwxrwxrwx".CopyTo(text[1..]);
        for (int i = 0; i < 9; i++)
        {
            if ((bits & (0x100u >> i)) == 0)
            {
                text[1 + i] = '-';
            }
        }

        Special(text, 3, (bits & 0x800) != 0, 's', 'S');
        Special(text, 6, (bits & 0x400) != 0, 's', 'S');
        Special(text, 9, (bits & 0x200) != 0, 't', 'T');
    });

    private static void Special(Span<char> text, int index, bool isSet, char executable, char plain)
    {
        if (isSet)
        {
            text[index] = text[index] == 'x' ? executable : plain;
        }
    }
}
