using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Listings;

/// <summary>MLSD (RFC 3659 §7): a directory, without options and patterns.</summary>
internal sealed class MachineListCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument.Bytes.Span, out VirtualPath path) ? ListAsync(session, path, ct) : new(FtpErrors.BadPath);

    private static async ValueTask<CommandResult> ListAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult<IDirectoryReader> opened = await session.Files.OpenDirectoryAsync(path, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error == StorageError.NotDirectory ? new FtpReply(501, FtpErrors.ToText(opened.Error)) : FtpErrors.ToReply(opened.Error);
        }

        IReadOnlyList<LeadingEntry> leading = await ListRequest.DotsAsync(session, path, ct).ConfigureAwait(false);
        var entries = new ListedEntries { Directory = path, Reader = opened.Value, Leading = leading };
        return new ListingTransfer(session, entries, new MachineLine(session.Facts));
    }
}
