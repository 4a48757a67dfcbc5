using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>MODE: S (stream) and Z (draft-preston-ftpext-deflate).</summary>
internal sealed class ModeCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) => ValueTask.FromResult<CommandResult>(Run(session, argument.Text));

    private static FtpReply Run(FtpSession session, string mode)
    {
        switch (mode.ToUpperInvariant())
        {
            case "S":
                session.Parameters.IsDeflated = false;
                return new FtpReply(200, "Mode is stream.");
            case "Z" when session.Options.ModeZ:
                session.Parameters.IsDeflated = true;
                return new FtpReply(200, "Mode is deflate.");
            case "":
                return new FtpReply(501, "A mode is needed.");
            default:
                return TransferReplies.NotImplementedParameter;
        }
    }
}
