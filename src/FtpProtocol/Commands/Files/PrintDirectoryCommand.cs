using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>PWD and XPWD (RFC 959 §4.1.3).</summary>
internal sealed class PrintDirectoryCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(CommandResult.Of(257, $"{FtpPath.Quoted(session.Directory)} is the current directory."));
}
