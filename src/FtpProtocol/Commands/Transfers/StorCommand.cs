using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Transfers;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>STOR: an upload of a whole file, or into one that exists, from where REST or RANG says; what lies behind stays as it is.</summary>
internal sealed class StorCommand : FtpCommand
{
    private const OpenFlags Whole = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        TransferParameters parameters = session.Parameters;
        (long First, long Last)? range = parameters.Range;
        long offset = range?.First ?? parameters.RestartOffset;
        parameters.ForgetPrelude();
        if (!FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal))
        {
            return refusal;
        }

        if (offset > 0 && parameters.IsAscii)
        {
            return TransferReplies.NoRestartInAscii;
        }

        if (offset > 0 || range is not null)
        {
            return await IntoAsync(session, path, offset, range is { } part ? part.Last - part.First + 1 : null, ct).ConfigureAwait(false);
        }

        (FtpReply? refused, _) = await UploadTarget.LookAsync(session, path, ct).ConfigureAwait(false);
        if (refused is { } no)
        {
            return no;
        }

        IFileSystem files = session.Files;
        return new UploadTransfer(
            TransferScope.Of(session), path, later => files.OpenFileAsync(path, Whole, null, later), TransferReplies.Opening(parameters));
    }

    /// <summary>An upload into a file that is there. A hole between what it has and what comes is never what was meant.</summary>
    private static async ValueTask<CommandResult> IntoAsync(FtpSession session, VirtualPath path, long offset, long? length, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await session.Files.OpenFileAsync(path, OpenFlags.Write, null, ct).ConfigureAwait(false);
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

        return new UploadTransfer(TransferScope.Of(session), path, file, offset, length, TransferReplies.Opening(session.Parameters));
    }
}
