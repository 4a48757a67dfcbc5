namespace Hpc.Storage.Memory;

/// <summary>The operations on paths. Who calls holds the volume's lock.</summary>
internal sealed partial class MemoryTree(MemoryVolume volume, bool followsLinks)
{
    public MemoryVolume Volume => volume;

    public bool FollowsLinks => followsLinks;

    /// <summary>What the path names.</summary>
    public StorageResult<MemoryNode> Find(VirtualPath path, bool follow)
    {
        StorageError error = Walk(path, follow, out MemoryWalk walk);
        return error != StorageError.None ? error : walk.Node is { } node ? node : StorageError.NotFound;
    }

    public StorageResult<EntryAttributes> GetAttributes(VirtualPath path, bool follow)
    {
        StorageResult<MemoryNode> found = Find(path, follow);
        return found.IsSuccess ? found.Value.Attributes : found.Error;
    }

    public StorageResult SetAttributes(VirtualPath path, AttributeChanges changes, bool follow)
    {
        if (changes.Size < 0)
        {
            return StorageError.InvalidArgument;
        }

        StorageResult<MemoryNode> found = Find(path, follow);
        if (!found.IsSuccess)
        {
            return found.Error;
        }

        StorageResult resized = changes.Size is { } size ? Resize(found.Value, size) : StorageResult.Success;
        StorageResult changed = found.Value.Set(changes);
        return resized.IsSuccess ? changed : resized;
    }

    public StorageResult<SpaceInfo> GetSpace(VirtualPath path)
    {
        StorageResult<MemoryNode> found = Find(path, follow: true);
        return found.IsSuccess ? volume.Space : found.Error;
    }

    public StorageResult<MemoryDirectory> FindDirectory(VirtualPath path)
    {
        StorageResult<MemoryNode> found = Find(path, follow: true);
        return !found.IsSuccess ? found.Error : found.Value is MemoryDirectory directory ? directory : StorageError.NotDirectory;
    }

    /// <summary>Opens or creates a regular file; it is cut already if that was asked for.</summary>
    public StorageResult<MemoryFile> OpenFile(VirtualPath path, OpenFlags flags, uint? permissions)
    {
        // What open(2) leaves undefined is refused: changing a file that is open for reading alone, and no access at all.
        bool changesWithoutWrite = !flags.HasFlag(OpenFlags.Write) && (flags & (OpenFlags.Append | OpenFlags.Truncate)) != 0;
        if (changesWithoutWrite || (flags & (OpenFlags.Read | OpenFlags.Write)) == 0)
        {
            return StorageError.InvalidArgument;
        }

        bool creates = flags.HasFlag(OpenFlags.Create);
        bool exclusive = creates && flags.HasFlag(OpenFlags.Exclusive);
        StorageError error = Walk(path, follow: !exclusive, out MemoryWalk walk);
        if (error != StorageError.None)
        {
            return error;
        }

        if (walk.Node is null)
        {
            return creates ? CreateFile(walk, permissions) : StorageError.NotFound;
        }

        if (exclusive)
        {
            return StorageError.AlreadyExists;
        }

        if (walk.Node is not MemoryFile file)
        {
            return StorageError.IsDirectory;
        }

        if (flags.HasFlag(OpenFlags.Truncate))
        {
            file.Resize(0);
        }

        return file;
    }

    public StorageResult<VirtualPath> Resolve(VirtualPath path)
    {
        StorageError error = Walk(path, follow: true, out MemoryWalk walk);
        if (walk.HasEscaped || error == StorageError.LinkLoop)
        {
            return followsLinks ? path : error;
        }

        return walk.ResolvedOr(path);
    }

    private static StorageResult Resize(MemoryNode node, long size) => node switch
    {
        MemoryFile file => file.Resize(size),
        MemoryDirectory => StorageError.IsDirectory,
        _ => StorageError.LinkLoop,
    };

    private StorageResult<MemoryFile> CreateFile(MemoryWalk walk, uint? permissions)
    {
        uint mode = MemoryMode.Settable((permissions ?? MemoryMode.DefaultFile) & ~volume.Umask, EntryType.File);
        var created = new MemoryFile(volume, mode);
        return walk.Directory.TryAdd(walk.Name, created) ? created : StorageError.NoSpace;
    }

    private StorageError Walk(VirtualPath path, bool follow, out MemoryWalk walk)
    {
        walk = new MemoryWalk(volume.Root, followsLinks);
        return walk.Run(path, follow);
    }
}
