using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Listings;

namespace Hpc.FtpProtocol.Commands.Listings;

/// <summary>OPTS MLST (RFC 3659 §7.9): chooses facts; those that are unknown are left out, and none is a choice too.</summary>
internal sealed class MlstOptionsCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        session.Facts = MachineFactNames.Parse(argument.Text);
        string chosen = MachineFactNames.List(session.Facts);
        return new(CommandResult.Of(200, chosen.Length == 0 ? "MLST OPTS" : $"MLST OPTS {chosen}"));
    }
}
