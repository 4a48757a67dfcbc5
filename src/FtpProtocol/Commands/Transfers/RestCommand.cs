using System.Globalization;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>REST in stream mode (RFC 3659 §5): where the next RETR or STOR begins.</summary>
internal sealed class RestCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) => ValueTask.FromResult<CommandResult>(Run(session, argument));

    private static FtpReply Run(FtpSession session, FtpArgument argument)
    {
        if (!long.TryParse(argument.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
        {
            return new FtpReply(501, "A number of bytes is needed.");
        }

        if (offset > 0 && session.Parameters.IsAscii)
        {
            return TransferReplies.NoRestartInAscii;
        }

        session.Parameters.ForgetPrelude();
        session.Parameters.RestartOffset = offset;
        return new FtpReply(350, string.Create(CultureInfo.InvariantCulture, $"Restarting at {offset}. Send STOR or RETR."));
    }
}
