using Hpc.Storage;

namespace Hpc.HttpApi.Files;

/// <summary>What an archive is made of: paths that exist, none below another, named from the directory that holds them all.</summary>
/// <param name="Path">The path.</param>
/// <param name="IsDirectory">It is one.</param>
/// <param name="Directory">Where in the archive it is: empty, or ending with a slash.</param>
internal readonly record struct ZipSource(VirtualPath Path, bool IsDirectory, string Directory)
{
    /// <summary>Looks at the paths; the error of the first that cannot be sent.</summary>
    public static async ValueTask<StorageResult<IReadOnlyList<ZipSource>>> FindAsync(FileSession session, IEnumerable<VirtualPath> paths)
    {
        // What contains others comes before them.
        VirtualPath[] sorted = [.. paths.Distinct().OrderBy(path => path.ToString().Length)];
        var kept = new List<VirtualPath>();
        foreach (VirtualPath path in sorted)
        {
            if (!kept.Exists(above => path.IsBelowOrEqual(above)))
            {
                kept.Add(path);
            }
        }

        VirtualPath top = TopOf(kept);
        var sources = new List<ZipSource>(kept.Count);
        foreach (VirtualPath path in kept)
        {
            StorageResult<EntryAttributes> known = await session.Files.LookAsync(path, session.Lifetime).ConfigureAwait(false);

            // Who may not look may be allowed to download: opening tells.
            if (!known.IsSuccess && known.Error != StorageError.AccessDenied)
            {
                return known.Error;
            }

            if (known is { IsSuccess: true, Value.Type: EntryType.Special })
            {
                return StorageError.NotSupported;
            }

            sources.Add(new ZipSource(path, known is { IsSuccess: true, Value.Type: EntryType.Directory }, DirectoryOf(path, top)));
        }

        return StorageResult<IReadOnlyList<ZipSource>>.FromValue(sources);
    }

    private static VirtualPath TopOf(List<VirtualPath> paths)
    {
        VirtualPath top = paths.Count == 0 ? VirtualPath.Root : paths[0].Parent;
        foreach (VirtualPath path in paths)
        {
            while (!path.Parent.IsBelowOrEqual(top))
            {
                top = top.Parent;
            }
        }

        return top;
    }

    private static string DirectoryOf(VirtualPath path, VirtualPath top)
    {
        int skip = top.IsRoot ? 1 : top.ToString().Length + 1;
        string parent = path.Parent.IsRoot ? "/" : path.Parent + "/";
        return skip >= parent.Length ? "" : string.Join('/', parent[skip..].Split('/').Select(segment => segment.Length == 0 ? "" : DispositionText.Safe(segment).Replace(':', '_')));
    }
}
