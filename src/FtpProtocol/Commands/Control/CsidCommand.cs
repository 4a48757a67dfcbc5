using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>CSID (draft-peterson-streamlined-ftp-command-extensions): both sides say what they are.</summary>
internal sealed class CsidCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (argument.IsEmpty)
        {
            return new(CommandResult.Of(501, "Parameters are missing."));
        }

        session.ClientName = LogText.Printable(argument.Text, 255);
        return new(CommandResult.Of(200, "Name=hpc; CaseSensitive=1; DirSep=/;"));
    }
}
