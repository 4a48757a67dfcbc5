using Hpc.Accounts;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>A mount in one argument: <c>NAME@/path;quota-size=10GiB;quota-files=100;read-only</c>.</summary>
internal static class MountArgument
{
    public const string Form = "NAME@/PATH[;quota-size=SIZE][;quota-files=N][;quota=user][;read-only]";

    private const string Options = "quota-size=SIZE, quota-files=N, quota=user (counts in the user's quota) and read-only; a ; in the path is written \\;";

    public static FolderMount Read(string text, string flag)
    {
        // No folder has a slash in its name, so the first one begins the path.
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 2 || text[slash - 1] != '@')
        {
            throw CliException.Usage($"{flag}: found \"{LogEscape.Text(text)}\", allowed: {Form}, like reports@/reports;read-only.");
        }

        string name = text[..(slash - 1)];
        if (!UserNameRules.IsValid(name))
        {
            throw CliException.Usage($"{flag}: found the folder \"{LogEscape.Text(name)}\", allowed: {UserNameRules.Allowed}.");
        }

        List<string> parts = EscapedText.Split(text[slash..], ';');
        var mount = new FolderMount { FolderName = name, VirtualPath = PathArgument.Read(EscapedText.Unescape(parts[0]), $"{flag} {LogEscape.Text(name)}") };
        return Apply(mount, parts[1..], $"{flag} {LogEscape.Text(name)}");
    }

    private static FolderMount Apply(FolderMount mount, List<string> options, string where)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string option in options)
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? option : option[..equals];
            string value = equals < 0 ? "" : option[(equals + 1)..];
            if (!seen.Add(key))
            {
                throw CliException.Usage($"{where}: found {LogEscape.Text(key)} twice, allowed: {Options}, each once.");
            }

            mount = (key, equals < 0) switch
            {
                ("quota-size", false) => mount with { QuotaBytes = NumberArguments.Size(value, $"{where} quota-size") },
                ("quota-files", false) => mount with { QuotaFiles = NumberArguments.Count(value, $"{where} quota-files") },
                ("quota", false) when value == "user" => mount with { QuotaBytes = FolderMount.InUserQuota, QuotaFiles = FolderMount.InUserQuota },
                ("read-only", true) => mount with { IsReadOnly = true },
                _ => throw CliException.Usage($"{where}: found \"{LogEscape.Text(option)}\", allowed: {Options}."),
            };
        }

        return seen.Contains("quota") && (seen.Contains("quota-size") || seen.Contains("quota-files"))
            ? throw CliException.Usage($"{where}: found quota=user with a quota of its own, allowed: one of the two.")
            : mount;
    }
}
