using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>RNTO (RFC 959 §4.1.3). A file that has the name already is replaced in one step, if the user may overwrite.</summary>
internal sealed class RenameToCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (session.RenameFrom is not { } from)
        {
            return new(CommandResult.Of(503, "Send RNFR first."));
        }

        session.RenameFrom = null;
        return FtpPath.TryParse(session, argument, out VirtualPath to, out FtpReply refusal) ? RenameAsync(session, from, to, ct) : new(refusal);
    }

    private static async ValueTask<CommandResult> RenameAsync(FtpSession session, VirtualPath from, VirtualPath to, CancellationToken ct)
    {
        session.LastParent = null;
        StorageResult renamed = await session.Files.RenameAsync(from, to, RenameMode.Replace, ct).ConfigureAwait(false);
        return renamed.IsSuccess ? new FtpReply(250, "The file was renamed.") : FtpErrors.ToReply(renamed.Error);
    }
}
