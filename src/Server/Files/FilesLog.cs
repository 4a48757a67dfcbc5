using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Files;

internal static partial class FilesLog
{
    [LoggerMessage(4101, LogLevel.Information, "created the {What} {FilePath} of {UserName}")]
    public static partial void DirectoryCreated(ILogger logger, string what, string filePath, string userName);

    [LoggerMessage(4102, LogLevel.Warning, "the home directory {FilePath} of {UserName} cannot be opened: {Reason}")]
    public static partial void HomeUnavailable(ILogger logger, string filePath, string userName, string reason);

    [LoggerMessage(4103, LogLevel.Error, "the account of {UserName} cannot be read, so nothing is opened: {Reason}")]
    public static partial void AccountUnreadable(ILogger logger, string userName, string reason);

    [LoggerMessage(4104, LogLevel.Error, "the {What} {FilePath} of {UserName} is not created, because {ParentPath} is not there: mount or create that directory, or set another one")]
    public static partial void ParentMissing(ILogger logger, string what, string filePath, string userName, string parentPath);

    [LoggerMessage(4105, LogLevel.Error, "the {What} {FilePath} of {UserName} cannot be created: {Reason}")]
    public static partial void DirectoryNotCreated(ILogger logger, string what, string filePath, string userName, string reason);

    [LoggerMessage(4106, LogLevel.Error, "the folder {Folder} that {UserName} has at {VirtualPath} does not exist; the path is unusable")]
    public static partial void FolderUnknown(ILogger logger, string folder, string userName, string virtualPath);

    [LoggerMessage(4107, LogLevel.Error, "{FilePath}, the directory of the folder {Folder} of {UserName}, cannot be opened, so the folder is unusable: {Reason}")]
    public static partial void FolderUnavailable(ILogger logger, string filePath, string folder, string userName, string reason);

    [LoggerMessage(4109, LogLevel.Error, "the files below {FilePath} cannot be counted, because it cannot be opened: {Reason}")]
    public static partial void TreeUnavailable(ILogger logger, string filePath, string reason);

    [LoggerMessage(4110, LogLevel.Warning, "what is in use could not be settled before the end; the next start counts again what was being changed")]
    public static partial void UsageNotSettled(ILogger logger);

    [LoggerMessage(4111, LogLevel.Error, "what an earlier run left behind could not be set right; the next start tries again")]
    public static partial void RecoveryFailed(ILogger logger, Exception exception);

    [LoggerMessage(4112, LogLevel.Error, "the {What} {FilePath} of {UserName} is not opened, because {PrivatePath} of this server is it or is in it: set another directory")]
    public static partial void DirectoryPrivate(ILogger logger, string what, string filePath, string userName, string privatePath);

    [LoggerMessage(4113, LogLevel.Error, "the files below {FilePath} are not counted, because {PrivatePath} of this server is it or is in it")]
    public static partial void TreePrivate(ILogger logger, string filePath, string privatePath);

    [LoggerMessage(4114, LogLevel.Error, "{UserName} is refused, because the home directory is on {Backend}, which this server cannot use: set a local directory")]
    public static partial void HomeBackendMissing(ILogger logger, string userName, string backend);

    [LoggerMessage(4115, LogLevel.Error, "the folder {Folder} that {UserName} has at {VirtualPath} is on {Backend}, which this server cannot use; the path is unusable")]
    public static partial void FolderBackendMissing(ILogger logger, string folder, string userName, string virtualPath, string backend);

    [LoggerMessage(4116, LogLevel.Warning, "the files of {Scope} are not counted, because they are on {Backend}, which this server cannot use")]
    public static partial void TreeBackendMissing(ILogger logger, string scope, string backend);

    [LoggerMessage(4108, LogLevel.Warning, "the directory {VirtualPath} of {UserName} cannot be created: {Error}")]
    public static partial void DirectoryNotPrepared(ILogger logger, string virtualPath, string userName, StorageError error);
}
