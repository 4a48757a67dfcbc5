using System.Text;
using Hpc.FtpProtocol.Commands.Files;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Site;

/// <summary>SITE (RFC 959 §4.1.3): a closed set of commands of its own.</summary>
internal sealed class SiteCommand : FtpCommand
{
    private static readonly SiteHelpCommand Help = new();
    private static readonly Dictionary<string, FtpCommand> Commands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CHMOD"] = new SiteModeCommand(),
        ["CHOWN"] = new SiteOwnerCommand(),
        ["CHGRP"] = new SiteOwnerCommand(),
        ["HELP"] = Help,
        ["MKDIR"] = new SiteMakeDirectoryCommand(),
        ["QUOTA"] = new SiteQuotaCommand(),
        ["RMDIR"] = new RemoveDirectoryCommand(),
        ["SYMLINK"] = new SiteLinkCommand(),
        ["UTIME"] = new SiteTimeCommand(),
    };

    /// <summary>Lines of FEAT.</summary>
    public static IReadOnlyList<string> Features { get; } = ["SITE CHMOD", "SITE MKDIR", "SITE QUOTA", "SITE RMDIR", "SITE SYMLINK", "SITE UTIME"];

    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        int blank = argument.Bytes.Span.IndexOf((byte)' ');
        string name = Encoding.ASCII.GetString(blank < 0 ? argument.Bytes.Span : argument.Bytes.Span[..blank]);
        var rest = new FtpArgument(blank < 0 ? default : argument.Bytes[(blank + 1)..]);
        if (name.Length == 0)
        {
            return Help.RunAsync(session, rest, ct);
        }

        return Commands.TryGetValue(name, out FtpCommand? command)
            ? command.RunAsync(session, rest, ct)
            : new(CommandResult.Of(504, "SITE does not know this command; see SITE HELP."));
    }
}
