using System.Runtime.InteropServices;
using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>Opens what a session sees: the user's home directory below the permissions of the account.</summary>
internal sealed partial class HomeFactory(StorageSection options, ILogger<HomeFactory> logger)
{
    private readonly LocalFileSystemOptions _local = new()
    {
        Umask = (uint)options.Umask,
        Confinement = options.Confinement == ConfinementName.Kernel ? FileSystemConfinement.Kernel : FileSystemConfinement.Portable,
    };

    /// <summary>Opens on a worker, because the disk may be slow; at once where the kernel has the directory in memory, as for a user who is here often.</summary>
    public ValueTask<StorageResult<IFileSystem>> OpenAsync(UserAccount user, CancellationToken ct)
    {
        if (!PermissionSet.TryParse(user.Permissions, out PermissionSet permissions, out string error))
        {
            PermissionsUnreadable(logger, user.UserName, error);
            return new ValueTask<StorageResult<IFileSystem>>(StorageError.AccessDenied);
        }

        if (!ct.IsCancellationRequested && LocalFileSystem.TryOpenAtHand(user.HomeDirectory, _local, out LocalFileSystem? files))
        {
            return new ValueTask<StorageResult<IFileSystem>>(StorageResult<IFileSystem>.FromValue(new UserFileSystem(files, permissions)));
        }

        // Not ct: a file system that was opened must reach whoever disposes it.
        return new ValueTask<StorageResult<IFileSystem>>(
            Task.Run(() => ct.IsCancellationRequested ? StorageError.Cancelled : Open(user, permissions), CancellationToken.None));
    }

    private StorageResult<IFileSystem> Open(UserAccount user, PermissionSet permissions)
    {
        try
        {
            if (options.CreateHome && !Directory.Exists(user.HomeDirectory) && Create(user) is var refusal and not StorageError.None)
            {
                return refusal;
            }

            return StorageResult<IFileSystem>.FromValue(new UserFileSystem(LocalFileSystem.Open(user.HomeDirectory, _local), permissions));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            HomeUnavailable(logger, user.HomeDirectory, user.UserName, e);
            return e is DirectoryNotFoundException ? StorageError.NotFound : StorageError.AccessDenied;
        }
    }

    // The last directory alone: a missing parent is a disk that is not mounted or a slip of the pen, and a tree made in its place would hide it.
    private StorageError Create(UserAccount user)
    {
        string home = Path.TrimEndingDirectorySeparator(user.HomeDirectory);
        switch (FileSystemCall.MakeDirectory(home, PrivateFile.DirectoryMode))
        {
            case 0:
                HomeCreated(logger, home, user.UserName);
                return StorageError.None;
            case FileSystemCall.AlreadyExists:
                return StorageError.None;
            case FileSystemCall.NoEntry:
                HomeParentMissing(logger, home, user.UserName, Path.GetDirectoryName(home) ?? "/");
                return StorageError.NotFound;
            case var errno:
                HomeNotCreated(logger, home, user.UserName, Marshal.GetPInvokeErrorMessage(errno));
                return StorageError.AccessDenied;
        }
    }

    [LoggerMessage(4101, LogLevel.Information, "created the home directory {FilePath} of {UserName}")]
    private static partial void HomeCreated(ILogger logger, string filePath, string userName);

    [LoggerMessage(4102, LogLevel.Warning, "the home directory {FilePath} of {UserName} cannot be opened")]
    private static partial void HomeUnavailable(ILogger logger, string filePath, string userName, Exception exception);

    [LoggerMessage(4103, LogLevel.Error, "the permissions of {UserName} cannot be read, so nothing is opened: {Reason}")]
    private static partial void PermissionsUnreadable(ILogger logger, string userName, string reason);

    [LoggerMessage(4104, LogLevel.Error, "the home directory {FilePath} of {UserName} is not created, because {ParentPath} is not there: mount or create that directory, or set another home with 'hpc user set'")]
    private static partial void HomeParentMissing(ILogger logger, string filePath, string userName, string parentPath);

    [LoggerMessage(4105, LogLevel.Error, "the home directory {FilePath} of {UserName} cannot be created: {Reason}")]
    private static partial void HomeNotCreated(ILogger logger, string filePath, string userName, string reason);
}
