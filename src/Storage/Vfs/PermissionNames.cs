using System.Collections.Frozen;

namespace Hpc.Storage.Vfs;

/// <summary>The names of permissions in configuration, user objects and on the command line.</summary>
public static class PermissionNames
{
    private static readonly (string Name, Permission Permission)[] Table =
    [
        ("*", Permission.All),
        ("list", Permission.List),
        ("download", Permission.Download),
        ("upload", Permission.Upload),
        ("overwrite", Permission.Overwrite),
        ("delete", Permission.Delete),
        ("delete_files", Permission.DeleteFiles),
        ("delete_dirs", Permission.DeleteDirectories),
        ("rename", Permission.Rename),
        ("rename_files", Permission.RenameFiles),
        ("rename_dirs", Permission.RenameDirectories),
        ("create_dirs", Permission.CreateDirectories),
        ("create_symlinks", Permission.CreateSymbolicLinks),
        ("chmod", Permission.ChangeMode),
        ("chown", Permission.ChangeOwner),
        ("chtimes", Permission.ChangeTimes),
        ("copy", Permission.Copy),
    ];

    private static readonly FrozenDictionary<string, Permission> ByName =
        Table.ToFrozenDictionary(row => row.Name, row => row.Permission, StringComparer.Ordinal);

    /// <summary>All names, in the order of the documentation.</summary>
    public static IEnumerable<string> All => Table.Select(row => row.Name);

    /// <summary>The permission with this name; names are lower case.</summary>
    public static bool TryGet(string name, out Permission permission) => ByName.TryGetValue(name, out permission);
}
