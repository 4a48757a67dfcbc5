using Hpc.Accounts;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.Server.Hosting;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Files;

/// <summary>Opens the files that count in a scope, so that they can be counted again.</summary>
internal sealed class ScopeTrees(
    IAccountDirectory users, IFolderDirectory folders, IUsageStore usage, LocalFileSystemOptions local, MountStates states, ILogger<ScopeTrees> logger, PrivateDirectories? privates = null)
    : IScopeTrees
{
    private const string UserPrefix = "user:";
    private const string FolderPrefix = "folder:";

    // A user whose root is a folder that counts for itself, or a directory that was never made.
    private static readonly ScopeTree Nothing = new() { Files = NoFiles.Unavailable, Excluded = [VirtualPath.Root] };

    public async ValueTask<bool> ExistsAsync(string scope, CancellationToken ct) => scope switch
    {
        _ when scope.StartsWith(UserPrefix, StringComparison.Ordinal) => await users.ExistsAsync(scope[UserPrefix.Length..], ct).ConfigureAwait(false),
        _ when scope.StartsWith(FolderPrefix, StringComparison.Ordinal) => await folders.FindFolderAsync(scope[FolderPrefix.Length..], ct).ConfigureAwait(false) is not null,
        _ => false,
    };

    /// <summary>NotFound if there is no such user or folder; IoError if its account cannot be read or a directory cannot be opened, and the log says which. Give it back with <see cref="Dispose"/>.</summary>
    public async ValueTask<StorageResult<ScopeTree>> OpenAsync(string scope, CancellationToken ct)
    {
        if (scope.StartsWith(UserPrefix, StringComparison.Ordinal))
        {
            if (await users.FindAsync(scope[UserPrefix.Length..], ct).ConfigureAwait(false) is { } user)
            {
                bool hasNothing = await IsUnusedAsync(scope, ct).ConfigureAwait(false);
                return OrFailure(await Task.Run(() => OpenUser(user, hasNothing), ct).ConfigureAwait(false));
            }

            return await ExistsAsync(scope, ct).ConfigureAwait(false) ? StorageError.IoError : StorageError.NotFound;
        }

        if (!scope.StartsWith(FolderPrefix, StringComparison.Ordinal))
        {
            return StorageError.NotFound;
        }

        VirtualFolder? folder = await folders.FindFolderAsync(scope[FolderPrefix.Length..], ct).ConfigureAwait(false);
        if (folder is null)
        {
            return StorageError.NotFound;
        }

        bool isUnused = await IsUnusedAsync(scope, ct).ConfigureAwait(false);
        return OrFailure(await Task.Run(() => Open(folder.MappedPath, [], scope, isUnused), ct).ConfigureAwait(false));
    }

    /// <summary>Lets go of the files of a tree.</summary>
    public static void Dispose(ScopeTree tree)
    {
        (tree.Files as IDisposable)?.Dispose();
        foreach (ScopeTree other in tree.Others)
        {
            Dispose(other);
        }
    }

    /// <summary>The home directory and what counts in the user's quota, each without what other mounts cover.</summary>
    private ScopeTree? OpenUser(UserAccount user, bool isUnused)
    {
        if (!UserPlan.TryCreate(user, local, UploadMode.Standard, out UserPlan plan, out string error))
        {
            FilesLog.AccountUnreadable(logger, user.UserName, error);
            return null;
        }

        var trees = new List<ScopeTree>();
        foreach (MountPlan mount in plan.Mounts.Where(mount => mount.IsHome || mount.CountsInUser))
        {
            VirtualPath[] covered = [.. plan.Mounts
                .Where(other => other.Path != mount.Path && other.Path.IsBelowOrEqual(mount.Path))
                .Select(other => other.Path.SeenFrom(mount.Path))];
            if (!mount.IsLocal)
            {
                FilesLog.TreeBackendMissing(logger, mount.Scope, BackendNames.Of(mount.Provider));
                trees.ForEach(Dispose);
                return null;
            }

            if (mount.Directory is null || Open(mount.Directory, covered, mount.Scope, isUnused) is not { } tree)
            {
                // A part alone would make the user's count too small.
                trees.ForEach(Dispose);
                return null;
            }

            trees.Add(tree);
        }

        return trees.Count == 0 ? Nothing : trees[0] with { Others = [.. trees[1..]] };
    }

    // Where files were counted before, a directory that is away is a disk that is not mounted or a mishap, and no reason to forget them.
    private async ValueTask<bool> IsUnusedAsync(string scope, CancellationToken ct) =>
        await usage.FindAsync(scope, ct).ConfigureAwait(false) is not { } record || (record.Used.Files <= 0 && record.Used.Bytes <= 0);

    // The first login makes it in a parent that is there; a link that leads nowhere was made.
    private static bool WasNeverMade(string directory)
    {
        string path = Path.TrimEndingDirectorySeparator(directory);
        return Directory.Exists(Path.GetDirectoryName(path)) && new FileInfo(path) is { Exists: false, LinkTarget: null };
    }

    private static StorageResult<ScopeTree> OrFailure(ScopeTree? tree) => tree is null ? StorageError.IoError : tree;

    private ScopeTree? Open(string directory, VirtualPath[] covered, string scope, bool isUnused)
    {
        if (privates?.FindBehind(directory) is { } own)
        {
            FilesLog.TreePrivate(logger, directory, own);
            return null;
        }

        try
        {
            return new ScopeTree { Files = LocalFileSystem.Open(directory, local), Excluded = covered, State = states.Of(scope) };
        }
        catch (DirectoryNotFoundException) when (isUnused && WasNeverMade(directory))
        {
            return Nothing;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            FilesLog.TreeUnavailable(logger, directory, error.Message);
            return null;
        }
    }
}
