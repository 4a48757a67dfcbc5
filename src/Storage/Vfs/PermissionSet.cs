namespace Hpc.Storage.Vfs;

/// <summary>What a user may do where. Immutable, so that one instance serves all sessions of a user.</summary>
public sealed class PermissionSet
{
    private readonly Permission _everywhere;

    /// <summary>The same permissions in the whole tree.</summary>
    public PermissionSet(Permission everywhere) => _everywhere = everywhere;

    /// <summary>Everything is allowed.</summary>
    public static PermissionSet Full { get; } = new(Permission.All);

    /// <summary>Nothing is allowed.</summary>
    public static PermissionSet Empty { get; } = new(Permission.None);

    /// <summary>
    /// Reads names as configuration has them. On failure <paramref name="error"/> says which name is wrong and which there are;
    /// no names at all are an error, because an empty list that allowed nothing would look like a forgotten one.
    /// </summary>
    public static bool TryParse(IEnumerable<string> names, out PermissionSet permissions, out string error)
    {
        permissions = Empty;
        Permission all = Permission.None;
        foreach (string name in names)
        {
            if (!PermissionNames.TryGet(name, out Permission permission))
            {
                error = $"'{name}' is not a permission; allowed are {string.Join(", ", PermissionNames.All)}.";
                return false;
            }

            all |= permission;
        }

        if (all == Permission.None)
        {
            error = $"No permission is given; allowed are {string.Join(", ", PermissionNames.All)}.";
            return false;
        }

        permissions = new PermissionSet(all);
        error = "";
        return true;
    }

    /// <summary>What is allowed on the entries of a directory.</summary>
#pragma warning disable IDE0060 // Every question names its directory, so that sets per directory change this method alone.
    public Permission At(VirtualPath directory) => _everywhere;
#pragma warning restore IDE0060
}
