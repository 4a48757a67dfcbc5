using System.Globalization;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>RANG (draft-bryan-ftp-range): the first and the last byte of the next RETR, STOR or HASH; <c>1 0</c> takes it back.</summary>
internal sealed class RangCommand : FtpCommand
{
    private static readonly FtpReply Invalid = new(501, "Two numbers are needed: the first and the last byte.");

    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) => ValueTask.FromResult<CommandResult>(Run(session, argument.Text));

    private static FtpReply Run(FtpSession session, string text)
    {
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        if (blank < 0 || !TryRead(text.AsSpan(0, blank), out long first) || !TryRead(text.AsSpan(blank + 1), out long last) || last == long.MaxValue)
        {
            return Invalid;
        }

        if ((first, last) == (1, 0))
        {
            session.Parameters.ForgetPrelude();
            return new FtpReply(350, "No range any more.");
        }

        if (first > last)
        {
            return Invalid;
        }

        if (session.Parameters.IsAscii)
        {
            return TransferReplies.NoRestartInAscii;
        }

        session.Parameters.ForgetPrelude();
        session.Parameters.Range = (first, last);
        return new FtpReply(350, string.Create(CultureInfo.InvariantCulture, $"Restarting at {first}. End byte range at {last}."));
    }

    private static bool TryRead(ReadOnlySpan<char> text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
