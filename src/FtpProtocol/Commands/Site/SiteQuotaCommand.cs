using System.Globalization;
using Hpc.FtpProtocol.Commands.Files;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Site;

/// <summary>SITE QUOTA: room at the session's directory, or at a path, as quota and disk allow.</summary>
internal sealed class SiteQuotaCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument.Bytes.Span, out VirtualPath path) ? AnswerAsync(session, path, ct) : new(FtpErrors.BadPath);

    private static async ValueTask<CommandResult> AnswerAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult<SpaceInfo> result = await session.Files.GetSpaceAsync(path, ct).ConfigureAwait(false);
        if (!result.IsSuccess)
        {
            return FtpErrors.ToReply(result.Error);
        }

        SpaceInfo space = result.Value;
        return new FtpReply(200, "End.")
        {
            First = "Room:",
            Lines =
            [
                string.Create(CultureInfo.InvariantCulture, $"bytes available: {SpaceCommand.AvailableBytes(space)}"),
                string.Create(CultureInfo.InvariantCulture, $"bytes in all: {(UInt128)space.TotalBlocks * space.FragmentSize}"),
                string.Create(CultureInfo.InvariantCulture, $"files available: {space.AvailableFiles}"),
                string.Create(CultureInfo.InvariantCulture, $"files in all: {space.TotalFiles}"),
            ],
        };
    }
}
