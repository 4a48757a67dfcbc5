using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Files;

/// <summary>Makes the directories that a user's tree needs before a session begins: those on the way to mount points, and the one that it begins in.</summary>
internal sealed class TreePreparation(UserPlan plan, IFileSystem[] backends, bool isReadOnly, ILogger logger)
{
    public async Task RunAsync(string userName)
    {
        foreach (MountPlan mount in plan.Mounts)
        {
            if (!mount.Path.IsRoot)
            {
                await MakeAsync(mount.Path.Parent, userName).ConfigureAwait(false);
            }
        }

        await MakeAsync(plan.StartDirectory, userName).ConfigureAwait(false);
    }

    // From the mount that encloses the path downwards; what is there already stays as it is.
    private async Task MakeAsync(VirtualPath path, string userName)
    {
        int enclosing = EnclosingMount(path);
        MountPlan mount = plan.Mounts[enclosing];
        if (isReadOnly || mount.IsReadOnly || path == mount.Path)
        {
            return;
        }

        var missing = new Stack<VirtualPath>();
        IFileSystem files = backends[enclosing];
        for (VirtualPath inner = path.SeenFrom(mount.Path); !inner.IsRoot; inner = inner.Parent)
        {
            StorageResult<EntryAttributes> found = await files.GetAttributesAsync(inner, CancellationToken.None).ConfigureAwait(false);
            if (found.IsSuccess)
            {
                break;
            }

            missing.Push(inner);
        }

        while (missing.TryPop(out VirtualPath inner))
        {
            StorageResult made = await files.CreateDirectoryAsync(inner, null, CancellationToken.None).ConfigureAwait(false);
            if (!made.IsSuccess && made.Error != StorageError.AlreadyExists)
            {
                FilesLog.DirectoryNotPrepared(logger, path.ToString(), userName, made.Error);
                return;
            }
        }
    }

    private int EnclosingMount(VirtualPath path)
    {
        int deepest = 0;
        for (int i = 0; i < plan.Mounts.Count; i++)
        {
            if (path.IsBelowOrEqual(plan.Mounts[i].Path))
            {
                // Mounts come from the shortest path to the longest.
                deepest = i;
            }
        }

        return deepest;
    }
}
