using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Transfers;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>RETR: a download, of all, from where REST says, or of what RANG says.</summary>
internal sealed class RetrCommand : FtpCommand
{
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        TransferParameters parameters = session.Parameters;
        long offset = parameters.Range?.First ?? parameters.RestartOffset;
        long last = parameters.Range?.Last ?? long.MaxValue;
        parameters.ForgetPrelude();
        if (!FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal))
        {
            return refusal;
        }

        if (offset > 0 && parameters.IsAscii)
        {
            return TransferReplies.NoRestartInAscii;
        }

        StorageResult<IFileHandle> opened = await session.Files.OpenFileAsync(path, OpenFlags.Read, null, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return FtpErrors.ToReply(opened.Error);
        }

        IFileHandle file = opened.Value;
        StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(ct).ConfigureAwait(false);
        if (!attributes.IsSuccess || offset > attributes.Value.Size)
        {
            await file.DisposeAsync().ConfigureAwait(false);
            return attributes.IsSuccess ? TransferReplies.BehindTheEnd : FtpErrors.ToReply(attributes.Error);
        }

        long length = Math.Min(attributes.Value.Size - 1, last) - offset + 1;
        return new DownloadTransfer(TransferScope.Of(session), path, file, offset, length, TransferReplies.Opening(parameters, length));
    }
}
