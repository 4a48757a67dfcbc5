using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>RNFR (RFC 959 §4.1.3). What is not there is refused here; whether the rename is allowed is said by RNTO.</summary>
internal sealed class RenameFromCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        session.RenameFrom = null;
        return FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal) ? PrepareAsync(session, path, ct) : new(refusal);
    }

    private static async ValueTask<CommandResult> PrepareAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult<EntryAttributes> attributes = await session.Files.Tentative.GetLinkAttributesAsync(path, ct).ConfigureAwait(false);
        if (!attributes.IsSuccess && attributes.Error != StorageError.AccessDenied)
        {
            return FtpErrors.ToReply(attributes.Error);
        }

        session.RenameFrom = path;
        return new FtpReply(350, "Say the new name with RNTO.");
    }
}
