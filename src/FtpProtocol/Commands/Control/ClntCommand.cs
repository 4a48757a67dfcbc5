using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>CLNT: what the client calls itself; for the log and the list of sessions.</summary>
internal sealed class ClntCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (argument.IsEmpty)
        {
            return new(CommandResult.Of(501, "A name is missing."));
        }

        session.ClientName = LogText.Printable(argument.Text, 255);
        return new(CommandResult.Of(200, "Noted."));
    }
}
