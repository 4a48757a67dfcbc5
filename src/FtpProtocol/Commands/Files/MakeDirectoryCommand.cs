using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>MKD and XMKD (RFC 959 §4.1.3).</summary>
internal sealed class MakeDirectoryCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal) ? MakeAsync(session, path, ct) : new(refusal);

    private static async ValueTask<CommandResult> MakeAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult made = await session.Files.CreateDirectoryAsync(path, permissions: null, ct).ConfigureAwait(false);
        return made.IsSuccess ? new FtpReply(257, $"{FtpPath.Quoted(path)} was created.") : FtpErrors.ToReply(made.Error);
    }
}
