namespace Hpc.Storage.Vfs.Uploads;

/// <summary>What a rename does to a path.</summary>
internal static class PathChange
{
    /// <summary>The path after a rename of it or of a directory above it; false if it stays, or becomes too long.</summary>
    public static bool TryApply(VirtualPath path, VirtualPath from, VirtualPath to, out VirtualPath changed)
    {
        changed = path;
        return path.IsBelowOrEqual(from)
            && VirtualPath.TryParse(to.ToString() + path.ToString()[from.ToString().Length..], VirtualPath.Root, out changed);
    }
}
