using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Hashes;

/// <summary>Replies of hashes that say more than those of storage.</summary>
internal static class HashErrors
{
    public static FtpReply ToReply(StorageError error) => error switch
    {
        StorageError.InvalidArgument => new(501, "The range is beyond the end of the file."),
        StorageError.IsDirectory => new(550, "This is no regular file."),
        _ => FtpErrors.ToReply(error),
    };
}
