using System.Globalization;
using System.Net;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Dumps.Convert;

/// <summary>Pure-FTPd's virtual users (pure-pw).</summary>
internal static class PureFtpdFile
{
    //  account:password:uid:gid:gecos:home:
    //  upload bandwidth:download bandwidth (bytes/s):upload ratio:download ratio:
    //  connections:files quota:size quota (bytes):
    //  allowed local IPs:refused local IPs:allowed client IPs:refused client IPs:
    //  time restrictions (hhmm-hhmm)
    private const int FieldCount = 18;
    private const int LeastFields = 6;
    private const long Kibibyte = 1024;

    private static readonly int[] Numbers = [6, 7, 10, 11, 12];

    public static void Read(string text, ConvertCollector collector)
    {
        foreach (UserLine line in UserLine.AllOf(text))
        {
            if (line.Fields.Length is < LeastFields or > FieldCount)
            {
                collector.Skip(ConvertCollector.UsersFile, line.Number, line.Name, $"it has {line.Fields.Length} fields in place of {FieldCount}");
                continue;
            }

            string[] fields = [.. line.Fields, .. Enumerable.Repeat("", FieldCount - line.Fields.Length)];
            if (WhyNot(fields) is { } reason)
            {
                collector.Skip(ConvertCollector.UsersFile, line.Number, line.Name, reason);
            }
            else
            {
                Add(line.Number, fields, collector);
            }
        }
    }

    // A limit or a list that cannot be read is no user: without it the user could do more than there.
    private static string? WhyNot(string[] fields)
    {
        if (!PasswdFile.TryReadId(fields[2], out _) || !PasswdFile.TryReadId(fields[3], out _))
        {
            return "uid or gid is no number";
        }

        if (Numbers.Any(index => !TryReadNumber(fields[index], out _)))
        {
            return "a bandwidth, quota or number of connections is no number";
        }

        return !TryReadNetworks(fields[15], out _) || !TryReadNetworks(fields[16], out _) ? "a client network is no address or network"
            : !TryReadTimes(fields[17], out _) ? "the time restriction is not of the form 0800-1700"
            : null;
    }

    private static void Add(int line, string[] fields, ConvertCollector collector)
    {
        ImportedPassword password = ImportedPassword.Read(fields[1]);
        (string home, string start) = SplitHome(fields[5]);
        _ = TryReadNetworks(fields[15], out IReadOnlyList<string> allowed);
        _ = TryReadNetworks(fields[16], out IReadOnlyList<string> denied);
        _ = TryReadTimes(fields[17], out IReadOnlyList<TimePeriod> times);
        var user = new User
        {
            Username = fields[0],
            Status = password.IsLocked ? 0 : 1,
            Password = password.Hash,
            Description = PasswdFile.DescriptionOf(fields[4]),
            HomeDir = home,
            Uid = Number(fields[2]),
            Gid = Number(fields[3]),
            UploadBandwidth = InKibibytes(fields[6]),
            DownloadBandwidth = InKibibytes(fields[7]),
            MaxSessions = (int)Math.Min(int.MaxValue, Number(fields[10])),
            QuotaFiles = Number(fields[11]),
            QuotaSize = Number(fields[12]),
            Filters = new UserFilters { AllowedIp = allowed, DeniedIp = denied, AccessTime = times, StartDirectory = start },
        };
        if (!collector.TryAdd(line, user))
        {
            return;
        }

        string?[] notes =
        [
            password.Note,
            Number(fields[8]) > 0 || Number(fields[9]) > 0 ? "its ratios of uploads to downloads are not converted" : null,
            fields[13].Length > 0 || fields[14].Length > 0 ? "its networks of the server's addresses are not converted" : null,
            times.Count > 0 ? "its times are taken as the server's configured time zone" : null,
        ];
        foreach (string note in notes.OfType<string>())
        {
            collector.Note(line, fields[0], note);
        }
    }

    // "/srv/ftp/./in": the part before is the root, the part behind where sessions begin.
    private static (string Home, string Start) SplitHome(string home)
    {
        int at = home.IndexOf("/./", StringComparison.Ordinal);
        if (at < 0)
        {
            return (home.EndsWith("/.", StringComparison.Ordinal) ? home[..^2] : home, "");
        }

        string start = "/" + home[(at + 3)..].Trim('/');
        return (at == 0 ? "/" : home[..at], start == "/" || !VirtualPathRules.IsValid(start) ? "" : start);
    }

    private static long InKibibytes(string field) => (Number(field) + Kibibyte - 1) / Kibibyte;

    private static long Number(string field) => TryReadNumber(field, out long value) ? value : 0;

    private static bool TryReadNumber(string field, out long value)
    {
        value = 0;
        return field.Length == 0 || (long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= long.MaxValue / Kibibyte);
    }

    private static bool TryReadNetworks(string field, out IReadOnlyList<string> networks)
    {
        string[] parts = field.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        networks = [.. parts.Select(static part => IPAddress.TryParse(part, out IPAddress? address) && !part.Contains('/', StringComparison.Ordinal)
            ? $"{address}/{address.GetAddressBytes().Length * 8}"
            : part)];
        return networks.All(static network => IPNetwork.TryParse(network, out _));
    }

    private static bool TryReadTimes(string field, out IReadOnlyList<TimePeriod> times)
    {
        times = [];
        if (field.Length == 0 || field == "0000-0000")
        {
            return true;
        }

        string[] ends = field.Split('-');
        if (ends.Length != 2 || !TryReadTime(ends[0], out string from) || !TryReadTime(ends[1], out string to))
        {
            return false;
        }

        // A period over midnight is one until midnight and one from it on.
        bool isOverMidnight = string.CompareOrdinal(from, to) > 0;
        times =
        [
            .. Enumerable.Range(0, 7).SelectMany(day => isOverMidnight
                ? new[] { Period(day, "00:00", to), Period(day, from, "23:59") }
                : [Period(day, from, to)]),
        ];
        return true;
    }

    private static TimePeriod Period(int day, string from, string to) => new() { DayOfWeek = day, From = from, To = to };

    private static bool TryReadTime(string text, out string time)
    {
        time = text.Length == 4 && text.All(char.IsAsciiDigit) ? $"{text[..2]}:{text[2..]}" : "";
        return time.Length > 0 && string.CompareOrdinal(time, "24:00") < 0 && text[2] < '6';
    }
}
