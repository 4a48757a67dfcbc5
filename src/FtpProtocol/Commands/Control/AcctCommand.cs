using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>ACCT (RFC 959 §4.1.1): there are no accounts beside users.</summary>
internal sealed class AcctCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(CommandResult.Of(202, "No account is needed."));
}
