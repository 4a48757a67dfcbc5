using System.Globalization;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>ALLO: nothing has to be allocated, but a file that has no room is refused before it is sent.</summary>
internal sealed class AlloCommand : FtpCommand
{
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        //  ALLO SP decimal-integer [SP R SP decimal-integer]
        string text = argument.Text;
        int end = text.IndexOf(' ', StringComparison.Ordinal);
        if (!ulong.TryParse(end < 0 ? text : text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out ulong bytes))
        {
            return new FtpReply(501, "A number of bytes is needed.");
        }

        StorageResult<SpaceInfo> space = await session.Files.GetSpaceAsync(session.Directory, ct).ConfigureAwait(false);
        return space.IsSuccess && bytes > (UInt128)space.Value.AvailableBlocks * space.Value.FragmentSize
            ? new FtpReply(552, "There is less room than that.")
            : new FtpReply(202, "No storage allocation is necessary.");
    }
}
