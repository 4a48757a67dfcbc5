using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Transfers;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>APPE: an upload to the end of a file, which is made if there is none.</summary>
internal sealed class AppeCommand : FtpCommand
{
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        session.Parameters.ForgetPrelude();
        if (!FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal))
        {
            return refusal;
        }

        (FtpReply? refused, bool exists) = await UploadTarget.LookAsync(session, path, ct).ConfigureAwait(false);
        if (refused is { } no)
        {
            return no;
        }

        IFileSystem files = session.Files;
        OpenFlags flags = files.Capabilities.HasFlag(FileSystemCapabilities.Append) ? OpenFlags.Write | OpenFlags.Append : OpenFlags.Write;
        string opening = TransferReplies.Opening(session.Parameters);
        if (!exists)
        {
            // It may be there all the same: made meanwhile, or not to be looked at.
            return new UploadTransfer(
                TransferScope.Of(session), path, later => files.OpenFileAsync(path, flags | OpenFlags.Create, null, later), opening, goesToEnd: !flags.HasFlag(OpenFlags.Append));
        }

        StorageResult<IFileHandle> opened = await files.OpenFileAsync(path, flags, null, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return FtpErrors.ToReply(opened.Error);
        }

        IFileHandle file = opened.Value;
        StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(ct).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            await file.DisposeAsync().ConfigureAwait(false);
            return FtpErrors.ToReply(attributes.Error);
        }

        return new UploadTransfer(TransferScope.Of(session), path, file, attributes.Value.Size, null, opening);
    }
}
