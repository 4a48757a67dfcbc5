using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>TYPE: A (N), I and L 8 (RFC 1123 §4.1.2.1).</summary>
internal sealed class TypeCommand : FtpCommand
{
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) => ValueTask.FromResult<CommandResult>(Run(session, argument.Text));

    private static FtpReply Run(FtpSession session, string type)
    {
        switch (type.ToUpperInvariant())
        {
            case "A" or "A N":
                session.Parameters.IsAscii = !session.Options.IgnoresAsciiType;
                return new FtpReply(200, "Type is ASCII.");
            case "I" or "L 8":
                session.Parameters.IsAscii = false;
                return new FtpReply(200, "Type is binary.");
            case "":
                return new FtpReply(501, "A type is needed.");
            default:
                return TransferReplies.NotImplementedParameter;
        }
    }
}
