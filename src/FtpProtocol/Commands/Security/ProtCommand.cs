using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Security;

/// <summary>PROT (RFC 4217 §9): whether data connections are TLS.</summary>
internal sealed class ProtCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (!session.IsBufferSizeSet)
        {
            return new(CommandResult.Of(503, "PBSZ comes first."));
        }

        return new(argument.Text.Trim().ToUpperInvariant() switch
        {
            "P" => Set(session, isProtected: true),
            "C" when session.RequiresProtectedData => CommandResult.Of(534, "Data connections must be protected."),
            "C" => Set(session, isProtected: false),
            "S" or "E" => CommandResult.Of(536, "TLS has the levels C and P alone."),
            _ => CommandResult.Of(504, "There is no such level."),
        });
    }

    private static CommandResult Set(FtpSession session, bool isProtected)
    {
        session.Data.IsProtected = isProtected;
        return CommandResult.Of(200, isProtected ? "Data connections are protected." : "Data connections are in the clear.");
    }
}
