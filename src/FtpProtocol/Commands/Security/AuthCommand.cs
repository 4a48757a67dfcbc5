using Hpc.FtpProtocol.Control;
using Hpc.Transport.Connections;

namespace Hpc.FtpProtocol.Commands.Security;

/// <summary>AUTH (RFC 4217 §4): TLS from here on. Commands that came together with it are not obeyed behind the handshake, nor at all.</summary>
internal sealed class AuthCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (session.IsTls || session.IsLoggedIn || session.IsCleared)
        {
            return new(CommandResult.Of(503, session.IsTls ? "This is TLS already." : "AUTH comes before USER."));
        }

        // SSL is what old clients call it.
        if (argument.Text.Trim().ToUpperInvariant() is not ("TLS" or "TLS-C" or "SSL"))
        {
            return new(CommandResult.Of(504, "TLS is the only mechanism."));
        }

        if (session.HasUnread)
        {
            FtpLog.CommandsInjected(session.Services.Logger, session.Connection.Id);
            session.CloseReason = ConnectionEndReason.ProtocolError;
            return new(new FtpReply(421, "Nothing may follow AUTH before its answer.") { Closes = true });
        }

        session.Aftermath = ReplyAftermath.StartTls;
        return new(CommandResult.Of(234, "Begin TLS."));
    }
}
