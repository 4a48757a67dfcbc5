using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>CWD and XCWD (RFC 959 §4.1.1).</summary>
internal sealed class ChangeDirectoryCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal) ? ChangeAsync(session, path, ct) : new(refusal);

    /// <summary>Makes a directory the session's own. Where it began it may always go back to.</summary>
    public static async ValueTask<CommandResult> ChangeAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        if (!path.IsRoot && path != session.Grant!.StartDirectory)
        {
            StorageResult<EntryAttributes> attributes = await session.Files.GetAttributesAsync(path, ct).ConfigureAwait(false);
            if (!attributes.IsSuccess)
            {
                return FtpErrors.ToReply(attributes.Error);
            }

            if (attributes.Value.Type != EntryType.Directory)
            {
                return FtpErrors.ToReply(StorageError.NotDirectory);
            }
        }

        session.Directory = path;
        return new FtpReply(250, $"{FtpPath.Quoted(path)} is the current directory.");
    }
}
