using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>RMD, XRMD and SITE RMDIR (RFC 959 §4.1.3): a directory that is empty.</summary>
internal sealed class RemoveDirectoryCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal) ? RemoveAsync(session, path, ct) : new(refusal);

    private static async ValueTask<CommandResult> RemoveAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        session.LastParent = null;
        StorageResult removed = await session.Files.DeleteDirectoryAsync(path, ct).ConfigureAwait(false);
        return removed.IsSuccess ? new FtpReply(250, "The directory was removed.") : FtpErrors.ToReply(removed.Error);
    }
}
