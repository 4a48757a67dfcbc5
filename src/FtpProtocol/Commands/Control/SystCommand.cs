using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>SYST (RFC 959 §4.1.3): clients choose by it how to read LIST.</summary>
internal sealed class SystCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(CommandResult.Of(215, "UNIX Type: L8"));
}
