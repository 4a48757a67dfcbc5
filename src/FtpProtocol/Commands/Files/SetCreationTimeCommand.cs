using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>MFCT (draft-somers-ftp-mfxx-04 §4): no storage keeps when a file was made.</summary>
internal sealed class SetCreationTimeCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(CommandResult.Of(504, "The time of creation is not kept; use MFMT."));
}
