namespace Hpc.Accounts;

/// <summary>The permission names of spec row R4.1.</summary>
public static class PermissionNames
{
    /// <summary>Every permission.</summary>
    public const string Any = "*";

    /// <summary>All names, <see cref="Any"/> first.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Any, "list", "download", "upload", "overwrite", "delete", "delete_files", "delete_dirs", "rename", "rename_files", "rename_dirs",
        "create_dirs", "create_symlinks", "chmod", "chown", "chtimes", "copy",
    ];

    /// <summary>True if there is such a permission.</summary>
    public static bool IsKnown(string? name) => name is not null && All.Contains(name, StringComparer.Ordinal);
}
