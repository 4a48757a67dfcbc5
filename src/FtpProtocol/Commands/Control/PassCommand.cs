using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Commands.Control;

/// <summary>PASS: proves it (RFC 959 §4.1.1), once for each USER.</summary>
internal sealed class PassCommand : FtpCommand
{
    public override async ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) => session.IsLoggedIn
        ? CommandResult.Of(503, "You are logged in already.")
        : await session.FinishLoginAsync(argument, ct).ConfigureAwait(false);
}
