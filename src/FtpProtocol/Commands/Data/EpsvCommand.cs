using System.Globalization;
using System.Net.Sockets;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Data;

namespace Hpc.FtpProtocol.Commands.Data;

/// <summary>EPSV (RFC 2428 §3): a port alone; the address is the control connection's own.</summary>
internal sealed class EpsvCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) => new(Run(session, argument));

    private static CommandResult Run(FtpSession session, FtpArgument argument)
    {
        if (!argument.IsEmpty)
        {
            string text = argument.Text;
            if (text.Equals("ALL", StringComparison.OrdinalIgnoreCase))
            {
                session.Data.IsExtendedOnly = true;
                return CommandResult.Of(200, "EPSV ALL: only EPSV from here on.");
            }

            if (!DataAddress.TryParseNumber(argument.Bytes.Span, ushort.MaxValue, out int family))
            {
                return CommandResult.Of(501, "EPSV takes nothing, 1, 2 or ALL.");
            }

            int own = session.Data.Route.Client.AddressFamily == AddressFamily.InterNetwork ? DataAddress.IPv4 : DataAddress.IPv6;
            if (family != own)
            {
                return DataReplies.OtherFamily(own);
            }
        }

        return session.Data.TryListen(out int port)
            ? CommandResult.Of(229, string.Create(CultureInfo.InvariantCulture, $"Entering Extended Passive Mode (|||{port}|)"))
            : DataReplies.NoPort;
    }
}
