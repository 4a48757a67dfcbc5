using System.Globalization;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>AVBL (draft-peterson-streamlined-ftp-command-extensions-10 §4): bytes that can still be stored in a directory, as quota and disk allow.</summary>
internal sealed class SpaceCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument.Bytes.Span, out VirtualPath path) ? AnswerAsync(session, path, ct) : new(FtpErrors.BadPath);

    /// <summary>Bytes that can be stored at a path.</summary>
    public static ulong AvailableBytes(in SpaceInfo space) => (ulong)UInt128.Min((UInt128)space.AvailableBlocks * space.FragmentSize, long.MaxValue);

    private static async ValueTask<CommandResult> AnswerAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult<SpaceInfo> space = await session.Files.GetSpaceAsync(path, ct).ConfigureAwait(false);
        return space.IsSuccess
            ? new FtpReply(213, AvailableBytes(space.Value).ToString(CultureInfo.InvariantCulture))
            : FtpErrors.ToReply(space.Error);
    }
}
