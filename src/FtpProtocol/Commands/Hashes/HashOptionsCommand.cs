using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Hashes;

namespace Hpc.FtpProtocol.Commands.Hashes;

/// <summary>OPTS HASH: chooses an algorithm, or says which one is chosen.</summary>
internal sealed class HashOptionsCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (!argument.IsEmpty)
        {
            if (!HashAlgorithm.TryFind(argument.Text.Trim(), out HashAlgorithm? algorithm))
            {
                return new(CommandResult.Of(504, "The algorithm is unknown."));
            }

            session.Hash = algorithm;
        }

        return new(CommandResult.Of(200, session.Hash.Name));
    }
}
