using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Site;

/// <summary>SITE HELP.</summary>
internal sealed class SiteHelpCommand : FtpCommand
{
    private static readonly string[] Lines =
    [
        "CHMOD mode path",
        "HELP",
        "MKDIR path",
        "QUOTA",
        "RMDIR path",
        "SYMLINK target link",
        "UTIME YYYYMMDDhhmm[ss] path",
        "UTIME path YYYYMMDDhhmm[ss] YYYYMMDDhhmm[ss] YYYYMMDDhhmm[ss] UTC",
    ];

    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        new(new FtpReply(214, "Times are UTC; words with blanks are put in quotes.") { First = "Commands of SITE:", Lines = Lines });
}
