using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Data;

/// <summary>PRET, which distributed servers choose a node by before PASV: any node serves any file here.</summary>
internal sealed class PretCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(argument.IsEmpty ? CommandResult.Of(501, "PRET takes a command.") : CommandResult.Of(200, "Go on."));
}
