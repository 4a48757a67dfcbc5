using System.Runtime.InteropServices;
using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Storage;
using Hpc.Storage.Local;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Files;

/// <summary>Opens the directories that mounts begin at, and makes those that are missing. Blocks.</summary>
internal sealed class RootDirectories(StorageSection options, PrivateDirectories privates, ILogger logger)
{
    // 0777
    private const UnixFileMode Everything = (UnixFileMode)511;

    public StorageResult<IFileSystem> Open(MountPlan mount, LocalFileSystemOptions local, UserAccount user)
    {
        if (!mount.IsLocal)
        {
            return RefuseBackend(mount, user);
        }

        if (mount.Directory is not { } directory)
        {
            FilesLog.FolderUnknown(logger, mount.FolderName ?? "", user.UserName, mount.Path.ToString());
            return StorageError.NotFound;
        }

        if (privates.FindBehind(directory) is { } own)
        {
            return RefusePrivate(mount, directory, user, own);
        }

        try
        {
            bool mayCreate = !user.DisableFsChecks && (!mount.IsHome || options.CreateHome);
            if (mayCreate && !Directory.Exists(directory) && Create(mount, directory, local, user) is var refusal and not StorageError.None)
            {
                return refusal;
            }

            LocalFileSystem files = LocalFileSystem.Open(directory, local);
            if (privates.Allows(files.Identity))
            {
                return StorageResult<IFileSystem>.FromValue(files);
            }

            // The path has another meaning than a moment ago.
            string behind = privates.FindBehind(files.Identity) ?? "";
            files.Dispose();
            return RefusePrivate(mount, directory, user, behind);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (mount.IsHome)
            {
                FilesLog.HomeUnavailable(logger, directory, user.UserName, e.Message);
            }
            else
            {
                FilesLog.FolderUnavailable(logger, directory, mount.FolderName!, user.UserName, e.Message);
            }

            return e is DirectoryNotFoundException ? StorageError.NotFound : StorageError.AccessDenied;
        }
    }

    private StorageError RefuseBackend(MountPlan mount, UserAccount user)
    {
        if (mount.IsHome)
        {
            FilesLog.HomeBackendMissing(logger, user.UserName, BackendNames.Of(mount.Provider));
        }
        else
        {
            FilesLog.FolderBackendMissing(logger, mount.FolderName!, user.UserName, mount.Path.ToString(), BackendNames.Of(mount.Provider));
        }

        return StorageError.NotSupported;
    }

    private StorageError RefusePrivate(MountPlan mount, string directory, UserAccount user, string own)
    {
        FilesLog.DirectoryPrivate(logger, WhatOf(mount), directory, user.UserName, own);
        return StorageError.AccessDenied;
    }

    private static string WhatOf(MountPlan mount) => mount.IsHome ? "home directory" : "folder";

    // The last directory alone: a missing parent is a disk that is not mounted or a slip of the pen, and a tree made in its place would hide it.
    private StorageError Create(MountPlan mount, string path, LocalFileSystemOptions local, UserAccount user)
    {
        string directory = Path.TrimEndingDirectorySeparator(path);
        UnixFileMode mode = mount.IsHome ? PrivateFile.DirectoryMode : Everything & ~(UnixFileMode)local.Umask;
        string what = WhatOf(mount);
        int errno = FileSystemCall.MakeDirectory(directory, mode);
        if (errno == 0)
        {
            FilesLog.DirectoryCreated(logger, what, directory, user.UserName);
            errno = GiveAway(directory, local);
        }

        switch (errno)
        {
            case 0:
            case FileSystemCall.AlreadyExists:
                return StorageError.None;
            case FileSystemCall.NoEntry:
                FilesLog.ParentMissing(logger, what, directory, user.UserName, Path.GetDirectoryName(directory) ?? "/");
                return StorageError.NotFound;
            default:
                FilesLog.DirectoryNotCreated(logger, what, directory, user.UserName, Marshal.GetPInvokeErrorMessage(errno));
                return StorageError.AccessDenied;
        }
    }

    private static int GiveAway(string directory, LocalFileSystemOptions local) =>
        Environment.IsPrivilegedProcess && (local.OwnerId is not null || local.GroupId is not null)
            ? FileSystemCall.ChangeOwner(directory, local.OwnerId, local.GroupId)
            : 0;
}
