using System.Globalization;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Security;

/// <summary>PBSZ (RFC 4217 §8): TLS needs no buffer, so its size is 0 whatever was asked for.</summary>
internal sealed class PbszCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (!uint.TryParse(argument.Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out uint size))
        {
            return new(CommandResult.Of(501, "A number is needed."));
        }

        session.IsBufferSizeSet = true;
        return new(CommandResult.Of(200, size == 0 ? "Done." : "PBSZ=0"));
    }
}
