using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Dumps;

/// <summary>Names of what can be in a dump, as <c>dumpdata</c> takes them (R9.11).</summary>
public static class DumpScopes
{
    private static readonly (string Name, ObjectKind Kind)[] Table =
    [
        ("users", ObjectKind.User), ("folders", ObjectKind.Folder), ("groups", ObjectKind.Group), ("admins", ObjectKind.Admin), ("api_keys", ObjectKind.ApiKey),
        ("shares", ObjectKind.Share), ("actions", ObjectKind.EventAction), ("rules", ObjectKind.EventRule), ("roles", ObjectKind.Role), ("ip_lists", ObjectKind.IpListEntry),
        ("configs", ObjectKind.Configuration),
    ];

    /// <summary>All kinds.</summary>
    public static IReadOnlySet<ObjectKind> All { get; } = Table.Select(static row => row.Kind).ToHashSet();

    /// <summary>The kinds of these names; none are all. False with the first name that is none.</summary>
    public static bool TryParse(IReadOnlyCollection<string> names, out IReadOnlySet<ObjectKind> kinds, out string unknown)
    {
        ArgumentNullException.ThrowIfNull(names);
        unknown = names.FirstOrDefault(static name => !Table.Any(row => row.Name == name)) ?? "";
        kinds = names.Count == 0 ? All : Table.Where(row => names.Contains(row.Name, StringComparer.Ordinal)).Select(static row => row.Kind).ToHashSet();
        return unknown.Length == 0;
    }

    /// <summary>The names in words.</summary>
    public static string Allowed { get; } = string.Join(", ", Table.Select(static row => row.Name));
}
