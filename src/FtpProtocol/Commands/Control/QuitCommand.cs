using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>QUIT (RFC 959 §4.1.1): the end, after what is under way.</summary>
internal sealed class QuitCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(new FtpReply(221, "Good-bye.") { Closes = true });
}
