using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Dumps.Convert;

/// <summary>
/// vsftpd's virtual users: the text that db_load makes a database of (a line with the name, a line with the plain password), or the lines of pam_pwdfile (<c>name:hash</c>).
/// Directories of users with settings of their own are not read.
/// </summary>
internal static class VsftpdFile
{
    public static void Read(string text, ConvertCollector collector)
    {
        if (HasHashes(text))
        {
            ReadHashes(text, collector);
        }
        else
        {
            ReadPairs(text, collector);
        }
    }

    private static bool HasHashes(string text) =>
        UserLine.AllOf(text).FirstOrDefault() is { Fields.Length: > 1 } first && (first.Fields[1].Length == 0 || first.Fields[1][0] is '$' or '{' or '!' or '*' || first.Fields[1].Length == 13);

    private static void ReadHashes(string text, ConvertCollector collector)
    {
        foreach (UserLine line in UserLine.AllOf(text))
        {
            if (line.Fields.Length < 2)
            {
                collector.Skip(ConvertCollector.UsersFile, line.Number, line.Name, "it has no password field");
                continue;
            }

            ImportedPassword password = ImportedPassword.Read(line.Fields[1]);
            if (Add(line.Number, line.Name, password.Hash, password.IsLocked, collector) && password.Note is { } note)
            {
                collector.Note(line.Number, line.Name, note);
            }
        }
    }

    private static void ReadPairs(string text, ConvertCollector collector)
    {
        string[] lines = UserLine.LinesOf(text);
        int count = lines.Length > 0 && lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        for (int i = 0; i < count; i += 2)
        {
            if (i + 1 == count)
            {
                collector.Skip(ConvertCollector.UsersFile, i + 1, lines[i], "no line with a password follows");
            }
            else if (lines[i + 1].Length == 0)
            {
                collector.Skip(ConvertCollector.UsersFile, i + 1, lines[i], "its password is empty");
            }
            else
            {
                Add(i + 1, lines[i], lines[i + 1], isLocked: false, collector);
            }
        }
    }

    private static bool Add(int line, string name, string? password, bool isLocked, ConvertCollector collector) =>
        collector.TryAdd(line, new User { Username = name, Status = isLocked ? 0 : 1, Password = password, HomeDir = collector.HomeOf(name) });
}
