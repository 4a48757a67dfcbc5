using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Transfers;

namespace Hpc.FtpProtocol.Commands;

/// <summary>What became of a command: a reply, or a transfer that is to run over a data connection.</summary>
internal readonly struct CommandResult
{
    private CommandResult(FtpReply reply, FtpTransfer? transfer) => (Reply, Transfer) = (reply, transfer);

    /// <summary>The reply, where <see cref="Transfer"/> is null.</summary>
    public FtpReply Reply { get; }

    /// <summary>The transfer; the session disposes it.</summary>
    public FtpTransfer? Transfer { get; }

    public static implicit operator CommandResult(FtpReply reply) => new(reply, null);

    public static implicit operator CommandResult(FtpTransfer transfer) => new(default, transfer);

    /// <summary>A reply of one line.</summary>
    public static CommandResult Of(int code, string text) => new FtpReply(code, text);
}
