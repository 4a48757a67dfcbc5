using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>REIN (RFC 959 §4.1.1): everything is as before USER. With TLS it would have to end that too (RFC 4217 §11), which nobody asks for.</summary>
internal sealed class ReinCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (session.IsTls || session.IsCleared)
        {
            return new(CommandResult.Of(502, "Connect again instead."));
        }

        session.LogOut();
        return new(CommandResult.Of(220, "Ready for the next user."));
    }
}
