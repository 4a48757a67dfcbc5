using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;

namespace Hpc.Server.Files;

/// <summary>
/// Mounts of a user whose directory lies within that of another: found by their real paths, as their directories were opened.
/// Two names of one directory that are no symbolic links, as bind mounts make them, are not seen.
/// </summary>
internal static class OverlappingMounts
{
    /// <summary>The real path of each mount; null for one whose directory is not known.</summary>
    public static string?[] RealPathsOf(IReadOnlyList<MountPlan> mounts, IReadOnlyList<IFileSystem> backends)
    {
        string?[] paths = new string?[mounts.Count];
        for (int i = 0; i < paths.Length; i++)
        {
            // A directory that cannot be opened now can be later.
            paths[i] = backends[i] is LocalFileSystem local ? local.RealPath
                : mounts[i] is { IsLocal: true, Directory: { } directory } ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))
                : null;
        }

        return paths;
    }

    /// <summary>Where in the user's tree the directories of mounts lie within others.</summary>
    public static List<FixedPath> Find(IReadOnlyList<MountPlan> mounts, IReadOnlyList<string?> realPaths)
    {
        var found = new List<FixedPath>();
        for (int outer = 0; outer < realPaths.Count; outer++)
        {
            for (int inner = 0; inner < realPaths.Count; inner++)
            {
                if (inner != outer
                    && TryFindBelow(realPaths[outer], realPaths[inner], out VirtualPath below)
                    && below.MovedInto(mounts[outer].Path) is var path
                    && !IsCovered(path, mounts[outer].Path, mounts))
                {
                    found.Add(new FixedPath(path, mounts[inner].IsReadOnly));
                }
            }
        }

        return found;
    }

    private static bool TryFindBelow(string? directory, string? other, out VirtualPath below)
    {
        below = VirtualPath.Root;
        if (directory is null || other is null)
        {
            return false;
        }

        string start = directory.EndsWith('/') ? directory : directory + "/";
        return other.Length > start.Length
            && other.StartsWith(start, StringComparison.Ordinal)
            && VirtualPath.TryParse(other[(start.Length - 1)..], VirtualPath.Root, out below);
    }

    // What another mount covers cannot be reached through this one.
    private static bool IsCovered(VirtualPath path, VirtualPath mount, IReadOnlyList<MountPlan> mounts)
    {
        foreach (MountPlan other in mounts)
        {
            if (other.Path != mount && path.IsBelowOrEqual(other.Path) && other.Path.IsBelowOrEqual(mount))
            {
                return true;
            }
        }

        return false;
    }
}
