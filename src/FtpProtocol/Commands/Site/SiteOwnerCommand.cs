using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Site;

/// <summary>SITE CHOWN and SITE CHGRP: owners cannot be changed over FTP (R1.63).</summary>
internal sealed class SiteOwnerCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(CommandResult.Of(504, "Owners cannot be changed."));
}
