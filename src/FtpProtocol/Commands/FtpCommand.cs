using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands;

/// <summary>One command: without state, one object for all sessions. It never throws for what a peer sends.</summary>
internal abstract class FtpCommand
{
    /// <summary>Runs it on the session's own loop.</summary>
    /// <param name="session">Whose command it is.</param>
    /// <param name="argument">What stands behind the name.</param>
    /// <param name="ct">Cancelled when the session ends.</param>
    public abstract ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct);
}
