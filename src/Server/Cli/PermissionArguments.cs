using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Permission names as they are typed: repeated flags, commas, or both; behind a directory and a colon they hold from there on.</summary>
internal static class PermissionArguments
{
    private const string None = "none";

    public static IReadOnlyList<string> Read(IEnumerable<string> given, string flag)
    {
        string[] names = Split(given);
        Check(names, flag);
        return names.Length > 0 ? names : throw CliException.Usage($"{flag}: found nothing, allowed: {string.Join(", ", PermissionNames.All)}.");
    }

    /// <summary>Names by directory; those of <c>/</c> may be missing, and <c>none</c> is an empty list.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> ReadByDirectory(IEnumerable<string> given, string flag)
    {
        var byDirectory = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (IGrouping<string, (string Directory, string Names)> group in given.Select(text => Cut(text, flag)).GroupBy(part => part.Directory, StringComparer.Ordinal))
        {
            string directory = group.Key;
            string[] names = Split(group.Select(part => part.Names));
            byDirectory[directory] = names is [None] && directory != "/" ? [] : ReadNames(names, directory, flag);
        }

        return byDirectory;
    }

    private static string[] ReadNames(string[] names, string directory, string flag)
    {
        string where = directory == "/" ? flag : $"{flag} {LogEscape.Text(directory)}";
        Check(names, where);
        return names.Length > 0 ? names : throw CliException.Usage($"{where}: found nothing, allowed: {string.Join(", ", PermissionNames.All)}{(directory == "/" ? "" : ", or none")}.");
    }

    private static (string Directory, string Names) Cut(string text, string flag)
    {
        if (!text.StartsWith('/'))
        {
            return ("/", text);
        }

        // No permission name holds a colon, a directory may.
        int colon = text.LastIndexOf(':');
        return colon > 0
            ? (PathArgument.Read(text[..colon], flag), text[(colon + 1)..])
            : throw CliException.Usage($"{flag}: found \"{LogEscape.Text(text)}\", allowed: NAMES, or DIR:NAMES like /in:list,upload.");
    }

    private static string[] Split(IEnumerable<string> given) =>
        [.. given.SelectMany(part => part.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)];

    private static void Check(string[] names, string flag)
    {
        foreach (string name in names)
        {
            if (!PermissionNames.IsKnown(name))
            {
                string nearest = PermissionNames.All.MinBy(known => EditDistance.Of(name, known))!;
                string hint = EditDistance.Of(name, nearest) <= Math.Min(name.Length / 2, 3) ? $" Did you mean {nearest}?" : "";
                throw CliException.Usage($"{flag}: found \"{LogEscape.Text(name)}\", allowed: {string.Join(", ", PermissionNames.All)}.{hint}");
            }
        }
    }
}
