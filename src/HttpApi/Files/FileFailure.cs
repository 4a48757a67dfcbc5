using Hpc.HttpApi.Endpoints;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Files;

/// <summary>What storage says, as HTTP says it (R5.3, R11.17).</summary>
internal static class FileFailure
{
    /// <summary>Of something that reads.</summary>
    public static IResult OfRead(StorageError error) => Of(error, StatusCodes.Status403Forbidden, "Denying read due to the transfer quota.");

    /// <summary>Of something that changes files.</summary>
    public static IResult OfWrite(StorageError error) => Of(error, StatusCodes.Status413PayloadTooLarge, "Denying write due to the quota.");

    private static IResult Of(StorageError error, int quotaStatus, string quota) => error switch
    {
        StorageError.AccessDenied => Answer.Forbidden("Permission denied."),
        StorageError.ReadOnly => Answer.Forbidden("Nothing can be changed here."),
        StorageError.NotFound => Answer.NotFound("There is no such file or directory."),
        StorageError.QuotaExceeded => Answer.Refused(quotaStatus, quota),
        StorageError.TooLarge => Answer.Refused(StatusCodes.Status413PayloadTooLarge, "The file is too large."),
        StorageError.AlreadyExists => Answer.Refused(StatusCodes.Status409Conflict, "It exists already."),
        StorageError.DirectoryNotEmpty => Answer.Refused(StatusCodes.Status409Conflict, "The directory is not empty."),
        StorageError.Busy => Answer.Refused(StatusCodes.Status409Conflict, "Somebody else uses it."),
        StorageError.IsDirectory => Answer.Refused(StatusCodes.Status400BadRequest, "It is a directory."),
        StorageError.NotDirectory => Answer.Refused(StatusCodes.Status400BadRequest, "It is not a directory."),
        StorageError.NotSupported or StorageError.CrossDevice => Answer.Refused(StatusCodes.Status400BadRequest, "This is not supported here."),
        StorageError.NameTooLong => Answer.Refused(StatusCodes.Status400BadRequest, "The name is too long."),
        StorageError.InvalidArgument or StorageError.LinkLoop => Answer.Refused(StatusCodes.Status400BadRequest, "This cannot be done with this path."),
        StorageError.LimitReached or StorageError.Unavailable or StorageError.Cancelled =>
            Answer.Refused(StatusCodes.Status503ServiceUnavailable, "It cannot be done now; try again later."),
        StorageError.NoSpace => Answer.Refused(StatusCodes.Status500InternalServerError, "There is no room left."),
        _ => Answer.Refused(StatusCodes.Status500InternalServerError, "The storage failed."),
    };
}
