using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>CDUP and XCUP (RFC 959 §4.1.1): above the root is the root.</summary>
internal sealed class ParentDirectoryCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        ChangeDirectoryCommand.ChangeAsync(session, session.Directory.Parent, ct);
}
