using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>HOST (RFC 7151): by which name the client knows the server, before USER. All names lead to the same server.</summary>
internal sealed class HostCommand : FtpCommand
{
    private const int MaxLength = 255;

    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (session.IsLoggedIn)
        {
            return new(CommandResult.Of(503, "HOST comes before USER."));
        }

        string name = argument.Text;
        bool isAddress = name is ['[', .., ']'] && Uri.CheckHostName(name[1..^1]) == UriHostNameType.IPv6;
        bool isName = name.Length <= MaxLength && (isAddress || Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4);
        return new(isName ? CommandResult.Of(220, "The host is known.") : CommandResult.Of(501, "This is not the name of a host."));
    }
}
