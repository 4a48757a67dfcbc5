using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>OPTS MODE Z [LEVEL n] (draft-preston-ftpext-deflate §4): how much is compressed of what is sent.</summary>
internal sealed class ModeOptionsCommand : FtpCommand
{
    private const string Level = "Z LEVEL ";
    private const int Least = 1;
    private const int Most = 9;

    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) => ValueTask.FromResult<CommandResult>(Run(session, argument.Text));

    private static FtpReply Run(FtpSession session, string text)
    {
        if (text.Equals("Z", StringComparison.OrdinalIgnoreCase))
        {
            session.Parameters.DeflateLevel = Hpc.FtpProtocol.Transfers.TransferParameters.DefaultDeflateLevel;
        }
        else if (text.StartsWith(Level, StringComparison.OrdinalIgnoreCase) && text.Length == Level.Length + 1 && text[^1] - '0' is >= Least and <= Most and var level)
        {
            session.Parameters.DeflateLevel = level;
        }
        else
        {
            return new FtpReply(501, "Z, or Z LEVEL and a number from 1 to 9, is needed.");
        }

        return new FtpReply(200, $"MODE Z LEVEL set to {session.Parameters.DeflateLevel}.");
    }
}
