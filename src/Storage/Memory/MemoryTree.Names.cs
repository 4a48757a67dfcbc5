namespace Hpc.Storage.Memory;

internal sealed partial class MemoryTree
{
    public StorageResult CreateDirectory(VirtualPath path, uint? permissions)
    {
        uint mode = MemoryMode.Settable((permissions ?? MemoryMode.DefaultDirectory) & ~volume.Umask, EntryType.Directory);
        return Add(path, () => new MemoryDirectory(volume, mode));
    }

    /// <summary>Deletes an empty directory, or what is no directory.</summary>
    public StorageResult Delete(VirtualPath path, bool directory)
    {
        if (path.IsRoot)
        {
            return StorageError.AccessDenied;
        }

        StorageError error = Walk(path, follow: false, out MemoryWalk walk);
        if (error != StorageError.None)
        {
            return error;
        }

        error = walk.Node switch
        {
            null => StorageError.NotFound,
            MemoryDirectory when !directory => StorageError.IsDirectory,
            MemoryDirectory { IsEmpty: false } => StorageError.DirectoryNotEmpty,
            not MemoryDirectory when directory => StorageError.NotDirectory,
            _ => StorageError.None,
        };
        if (error == StorageError.None)
        {
            walk.Directory.Remove(walk.Name);
        }

        return error;
    }

    public StorageResult Rename(VirtualPath from, MemoryTree target, VirtualPath to, RenameMode mode)
    {
        if (from.IsRoot || to.IsRoot)
        {
            return StorageError.AccessDenied;
        }

        StorageError error = Walk(from, follow: false, out MemoryWalk source);
        if (error == StorageError.None)
        {
            error = target.Walk(to, follow: false, out MemoryWalk end);
            error = error == StorageError.None ? Rename(source, end, mode) : error;
        }

        return error;
    }

    public StorageResult CreateSymbolicLink(VirtualPath link, string target)
    {
        if (link.IsRoot)
        {
            return StorageError.AlreadyExists;
        }

        if (target.Length == 0 || target.Contains('\0', StringComparison.Ordinal) || !PathText.IsCanonical(target))
        {
            return StorageError.InvalidArgument;
        }

        StorageError error = Walk(link, follow: false, out MemoryWalk walk);
        if (error != StorageError.None)
        {
            return error;
        }

        StorageResult<string> stored = MemoryLink.ToStored(target, walk.Directory.Depth);
        return stored.IsSuccess ? Add(walk, () => new MemoryLink(volume, stored.Value)) : stored.Error;
    }

    public StorageResult<string> ReadSymbolicLink(VirtualPath link)
    {
        StorageError error = Walk(link, follow: false, out MemoryWalk walk);
        if (error != StorageError.None)
        {
            return error;
        }

        return walk.Node switch
        {
            null => StorageError.NotFound,
            MemoryLink found when MemoryLink.ClimbsOut(found.Text, walk.Directory.Depth) => StorageError.AccessDenied,
            MemoryLink found => found.Text,
            _ => StorageError.InvalidArgument,
        };
    }

    /// <summary>Creates a further name for a regular file; a link as the source is refused, not followed.</summary>
    public StorageResult CreateHardLink(VirtualPath existing, VirtualPath link)
    {
        if (existing.IsRoot || link.IsRoot)
        {
            return StorageError.AccessDenied;
        }

        StorageError error = Walk(existing, follow: false, out MemoryWalk source);
        if (error != StorageError.None)
        {
            return error;
        }

        error = Walk(link, follow: false, out MemoryWalk end);
        if (error != StorageError.None)
        {
            return error;
        }

        return source.Node switch
        {
            null => StorageError.NotFound,
            MemoryDirectory => StorageError.IsDirectory,
            MemoryLink => StorageError.InvalidArgument,
            MemoryNode file => Add(end, () => file),
        };
    }

    private StorageResult Add(VirtualPath path, Func<MemoryNode> create)
    {
        StorageError error = Walk(path, follow: false, out MemoryWalk walk);
        return error == StorageError.None ? Add(walk, create) : error;
    }

    private static StorageResult Add(MemoryWalk walk, Func<MemoryNode> create)
    {
        if (walk.Node is not null)
        {
            return StorageError.AlreadyExists;
        }

        return walk.Directory.TryAdd(walk.Name, create()) ? StorageResult.Success : StorageError.NoSpace;
    }

    // The order of the checks is that of rename(2) on Linux.
    private static StorageError Rename(MemoryWalk source, MemoryWalk end, RenameMode mode)
    {
        if (source.Node is null)
        {
            return StorageError.NotFound;
        }

        if (mode == RenameMode.NoReplace && end.Node is not null)
        {
            return StorageError.AlreadyExists;
        }

        var moved = source.Node as MemoryDirectory;
        if (moved is not null && end.Directory.IsBelowOrEqual(moved))
        {
            return StorageError.InvalidArgument;
        }

        if (ReferenceEquals(source.Node, end.Node))
        {
            // Two names of one file: POSIX leaves both.
            return StorageError.None;
        }

        switch (end.Node)
        {
            case MemoryDirectory above when source.Directory.IsBelowOrEqual(above):
                return StorageError.DirectoryNotEmpty;
            case MemoryDirectory when moved is null:
                return StorageError.IsDirectory;
            case MemoryDirectory { IsEmpty: false }:
                return StorageError.DirectoryNotEmpty;
            case not null and not MemoryDirectory when moved is not null:
                return StorageError.NotDirectory;
            case not null:
                end.Directory.Remove(end.Name);
                break;
        }

        source.Directory.Move(source.Name, end.Directory, end.Name);
        return StorageError.None;
    }
}
