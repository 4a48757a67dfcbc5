using System.Net;
using System.Net.Sockets;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Data;

namespace Hpc.FtpProtocol.Commands.Data;

/// <summary>PASV (RFC 959 §4.1.2), for clients over IPv4 alone.</summary>
internal sealed class PasvCommand : FtpCommand
{
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (session.Data.IsExtendedOnly)
        {
            return DataReplies.OnlyExtended;
        }

        if (session.Data.Route.Client.AddressFamily != AddressFamily.InterNetwork)
        {
            return DataReplies.OtherFamily(DataAddress.IPv6);
        }

        if (await session.Services.Ports.Addresses.FindAsync(session.Data.Route, ct).ConfigureAwait(false) is not { } address)
        {
            return CommandResult.Of(425, "No address to connect to is known; use EPSV.");
        }

        return session.Data.TryListen(out int port)
            ? CommandResult.Of(227, $"Entering Passive Mode ({DataAddress.ToText(address, port)}).")
            : DataReplies.NoPort;
    }
}
