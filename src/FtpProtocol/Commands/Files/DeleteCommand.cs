using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>DELE (RFC 959 §4.1.3): a file or a link.</summary>
internal sealed class DeleteCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal) ? DeleteAsync(session, path, ct) : new(refusal);

    private static async ValueTask<CommandResult> DeleteAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult deleted = await session.Files.DeleteFileAsync(path, ct).ConfigureAwait(false);
        return deleted.IsSuccess ? new FtpReply(250, "The file was deleted.") : FtpErrors.ToReply(deleted.Error);
    }
}
