using System.Globalization;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Dumps.Convert;

/// <summary><c>/etc/passwd</c> (passwd(5)), and ProFTPD's file of the same form.</summary>
internal static class PasswdFile
{
    //  name:password:uid:gid:gecos:home:shell
    private const int FieldCount = 7;
    private const long MillisecondsPerDay = 86_400_000;

    public static void Read(string text, IReadOnlyDictionary<string, ShadowEntry>? shadow, ConvertCollector collector)
    {
        foreach (UserLine line in UserLine.AllOf(text))
        {
            if (line.Fields.Length != FieldCount)
            {
                collector.Skip(ConvertCollector.UsersFile, line.Number, line.Name, $"it has {line.Fields.Length} fields in place of {FieldCount}");
            }
            else if (!TryReadId(line.Fields[2], out long uid) || !TryReadId(line.Fields[3], out long gid))
            {
                collector.Skip(ConvertCollector.UsersFile, line.Number, line.Name, "uid or gid is no number");
            }
            else
            {
                ShadowEntry? entry = shadow?.GetValueOrDefault(line.Name);
                Add(line, uid, gid, entry, entry is not null && line.Fields[1] is "x" or "*" or "" ? entry.Password : line.Fields[1], collector);
            }
        }
    }

    public static bool TryReadId(string field, out long id) => long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static void Add(UserLine line, long uid, long gid, ShadowEntry? shadow, string field, ConvertCollector collector)
    {
        ImportedPassword password = ImportedPassword.Read(field);
        var user = new User
        {
            Username = line.Name,
            Status = password.IsLocked ? 0 : 1,
            Password = password.Hash,
            Description = DescriptionOf(line.Fields[4]),
            HomeDir = line.Fields[5],
            Uid = uid,
            Gid = gid,
            ExpirationDate = shadow?.ExpiresOn is { } day ? Math.Max(1, day * MillisecondsPerDay) : 0,
            LastPasswordChange = shadow?.LastChange is { } changed ? changed * MillisecondsPerDay : 0,
            Filters = new UserFilters { PasswordExpiration = shadow?.MaxDays ?? 0, RequirePasswordChange = shadow?.MustChange ?? false },
        };
        if (collector.TryAdd(line.Number, user) && password.Note is { } note)
        {
            collector.Note(line.Number, line.Name, note);
        }
    }

    // The first of the comma separated parts is the full name.
    public static string DescriptionOf(string gecos)
    {
        string name = gecos.Split(',')[0];
        return VirtualPathRules.IsPlainText(name) && name.Length <= TextRules.MaxLine ? name : "";
    }
}
