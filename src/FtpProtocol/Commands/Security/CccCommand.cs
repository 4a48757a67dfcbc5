using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Security;

/// <summary>CCC (RFC 2228 §3, RFC 4217 §12.3): the control connection goes back to the clear after login, for firewalls that read along.</summary>
internal sealed class CccCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        session.Aftermath = ReplyAftermath.StopTls;
        return new(CommandResult.Of(200, "In the clear from here on."));
    }
}
