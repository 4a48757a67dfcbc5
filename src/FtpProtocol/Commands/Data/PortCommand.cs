using System.Net;
using System.Net.Sockets;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Data;

namespace Hpc.FtpProtocol.Commands.Data;

/// <summary>PORT (RFC 959 §4.1.2), within RFC 2577 §3.</summary>
internal sealed class PortCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) => new(Run(session, argument));

    private static CommandResult Run(FtpSession session, FtpArgument argument)
    {
        if (!session.Options.Data.ActiveMode)
        {
            return DataReplies.NotActive;
        }

        if (session.Data.IsExtendedOnly)
        {
            return DataReplies.OnlyExtended;
        }

        if (!DataAddress.TryParsePort(argument.Bytes.Span, out IPEndPoint? target))
        {
            return CommandResult.Of(501, "PORT takes h1,h2,h3,h4,p1,p2.");
        }

        if (session.Data.Route.Client.AddressFamily != AddressFamily.InterNetwork)
        {
            return DataReplies.OtherFamily(DataAddress.IPv6);
        }

        return session.Data.TryCall(target!) ? CommandResult.Of(200, "PORT accepted.") : DataReplies.TargetRefused;
    }
}
