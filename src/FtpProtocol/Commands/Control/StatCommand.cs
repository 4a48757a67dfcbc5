using System.Globalization;
using Hpc.FtpProtocol.Commands.Files;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>STAT (RFC 959 §4.1.3): the session, during a transfer too; with a path, a listing on the control connection.</summary>
internal sealed class StatCommand : FtpCommand
{
    private readonly StatPathCommand _ofPath = new();

    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (argument.IsEmpty)
        {
            return new(new FtpReply(211, "That is all.") { First = "Status of the session:", Lines = Describe(session) });
        }

        return session.IsLoggedIn ? _ofPath.RunAsync(session, argument, ct) : new(CommandResult.Of(530, "Please log in with USER and PASS."));
    }

    private static List<string> Describe(FtpSession session)
    {
        List<string> lines = [session.IsLoggedIn ? $"Logged in as {session.UserName}" : "Not logged in"];
        lines.Add(session.IsTls ? "The control connection is TLS" : "The control connection is in the clear");
        if (session.IsLoggedIn)
        {
            lines.Add($"Type: {(session.Parameters.IsAscii ? "ASCII" : "binary")}, mode: {(session.Parameters.IsDeflated ? "deflate" : "stream")}");
            lines.Add(session.Data.IsProtected ? "Data connections are TLS" : "Data connections are in the clear");
        }

        lines.Add(session.Transfer is { } transfer
            ? string.Create(CultureInfo.InvariantCulture, $"{transfer.Command} is under way: {transfer.Moved} bytes")
            : "No transfer is under way");
        return lines;
    }
}
