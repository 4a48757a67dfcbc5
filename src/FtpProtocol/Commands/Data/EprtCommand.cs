using System.Net;
using System.Net.Sockets;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Data;

namespace Hpc.FtpProtocol.Commands.Data;

/// <summary>EPRT (RFC 2428 §2), within RFC 2577 §3.</summary>
internal sealed class EprtCommand : FtpCommand
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

        if (!DataAddress.TryParseExtended(argument.Bytes.Span, out IPEndPoint? target))
        {
            return CommandResult.Of(501, "EPRT takes |1|address|port| or |2|address|port|.");
        }

        AddressFamily own = session.Data.Route.Client.AddressFamily;
        if (target is null || target.AddressFamily != own)
        {
            return DataReplies.OtherFamily(own == AddressFamily.InterNetwork ? DataAddress.IPv4 : DataAddress.IPv6);
        }

        return session.Data.TryCall(target) ? CommandResult.Of(200, "EPRT accepted.") : DataReplies.TargetRefused;
    }
}
