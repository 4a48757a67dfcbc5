using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>USER: who it is (RFC 959 §4.1.1). The answer is the same whether there is such a user or not.</summary>
internal sealed class UserCommand : FtpCommand
{
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (argument.IsEmpty)
        {
            return CommandResult.Of(501, "A user name is missing.");
        }

        if (session.IsLoggedIn)
        {
            return CommandResult.Of(503, "You are logged in already.");
        }

        return session.IsCleared
            ? CommandResult.Of(503, "Nobody can log in after CCC.")
            : await session.BeginLoginAsync(argument, ct).ConfigureAwait(false);
    }
}
