using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>
/// MDTM (RFC 3659 §3), for directories too. Some clients set the time by <c>MDTM YYYYMMDDHHMMSS path</c>; that is done where nothing has this for its name.
/// </summary>
internal sealed class ModificationTimeCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal) ? AnswerAsync(session, path, argument, ct) : new(refusal);

    private static async ValueTask<CommandResult> AnswerAsync(FtpSession session, VirtualPath path, FtpArgument argument, CancellationToken ct)
    {
        bool maySet = SetTimeCommand.TryRead(session, argument, out VirtualPath target, out FileTime time, out _);
        IFileSystem files = maySet ? session.Files.Tentative : session.Files;
        StorageResult<EntryAttributes> attributes = await files.GetAttributesAsync(path, ct).ConfigureAwait(false);
        if (attributes.IsSuccess)
        {
            return new FtpReply(213, FtpTime.ToText(attributes.Value.ModificationTime));
        }

        return maySet
            ? await SetTimeCommand.SetAsync(session, target, time, argument, ct).ConfigureAwait(false)
            : FtpErrors.ToReply(attributes.Error);
    }
}
