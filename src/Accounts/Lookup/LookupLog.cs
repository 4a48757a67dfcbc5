using Hpc.Accounts.Objects;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Lookup;

internal static partial class LookupLog
{
    [LoggerMessage(3101, LogLevel.Error, "The {Kind} {Name} in the data provider cannot be read: {Reason}.")]
    public static partial void ObjectUnreadable(ILogger logger, ObjectKind kind, string name, string reason);

    [LoggerMessage(3102, LogLevel.Error, "The account of {UserName} cannot be made of what is stored, and nobody can log in with it: {Reason}.")]
    public static partial void AccountUnusable(ILogger logger, string userName, string reason);

    [LoggerMessage(3103, LogLevel.Warning, "The data provider cannot be asked for changes; nothing is told from memory until it answers.")]
    public static partial void PollFailed(ILogger logger, Exception exception);

    [LoggerMessage(3104, LogLevel.Warning, "After a change the data provider could not be asked for others; what changed is read anew.")]
    public static partial void CatchUpFailed(ILogger logger, Exception exception);

    [LoggerMessage(3105, LogLevel.Warning, "The folder {FolderName} is closed to {UserName}, who has no role: a group gives it, and it says %role% of where it is.")]
    public static partial void FolderLacksRole(ILogger logger, string folderName, string userName);
}
