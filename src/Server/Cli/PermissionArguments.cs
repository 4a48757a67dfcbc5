using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Permission names as they are typed: repeated flags, commas, or both.</summary>
internal static class PermissionArguments
{
    public static IReadOnlyList<string> Read(IEnumerable<string> given, string flag)
    {
        string[] names = [.. given.SelectMany(part => part.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)];
        foreach (string name in names)
        {
            if (!PermissionNames.IsKnown(name))
            {
                string nearest = PermissionNames.All.MinBy(known => EditDistance.Of(name, known))!;
                string hint = EditDistance.Of(name, nearest) <= 3 ? $" Did you mean {nearest}?" : "";
                throw CliException.Usage($"{flag}: found \"{LogEscape.Text(name)}\", allowed: {string.Join(", ", PermissionNames.All)}.{hint}");
            }
        }

        return names.Length > 0 ? names : throw CliException.Usage($"{flag}: found nothing, allowed: {string.Join(", ", PermissionNames.All)}.");
    }
}
