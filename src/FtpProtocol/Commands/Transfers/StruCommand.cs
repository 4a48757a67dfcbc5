using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>STRU: F alone; files here have no records and no pages.</summary>
internal sealed class StruCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) => ValueTask.FromResult<CommandResult>(Run(argument.Text));

    private static FtpReply Run(string structure) => structure.ToUpperInvariant() switch
    {
        "F" => new FtpReply(200, "Structure is file."),
        "" => new FtpReply(501, "A structure is needed."),
        _ => TransferReplies.NotImplementedParameter,
    };
}
