using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>NOOP (RFC 959 §4.1.3): shows that somebody is there, during a transfer too.</summary>
internal sealed class NoopCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(CommandResult.Of(200, "Here."));
}
