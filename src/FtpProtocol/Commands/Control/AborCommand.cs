using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>ABOR (RFC 959 §4.1.3): ends the transfer that is under way, which is answered first.</summary>
internal sealed class AborCommand : FtpCommand
{
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        await session.AbortTransferAsync(ct).ConfigureAwait(false)
            ? CommandResult.Of(226, "Aborted.")
            : CommandResult.Of(225, "No transfer is under way.");
}
