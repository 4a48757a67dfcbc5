using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Site;

/// <summary>SITE MKDIR: a directory and those above it that are missing, as clients expect of it (<c>mkdir -p</c> of lftp); one that is there already will do.</summary>
internal sealed class SiteMakeDirectoryCommand : FtpCommand
{
    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct) =>
        FtpPath.TryParse(session, argument, out VirtualPath path, out FtpReply refusal) ? MakeAsync(session, path, ct) : new(refusal);

    private static async ValueTask<CommandResult> MakeAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        // Upwards to what can be made or is there, then down again: as many steps as a path can have parts.
        var missing = new Stack<VirtualPath>();
        VirtualPath next = path;
        StorageError error;
        while ((error = await MakeOneAsync(session, next, ct).ConfigureAwait(false)) == StorageError.NotFound && !next.IsRoot)
        {
            missing.Push(next);
            next = next.Parent;
        }

        while (error == StorageError.None && missing.TryPop(out next))
        {
            error = await MakeOneAsync(session, next, ct).ConfigureAwait(false);
        }

        return error == StorageError.None ? new FtpReply(257, $"{FtpPath.Quoted(path)} was created.") : FtpErrors.ToReply(error);
    }

    private static async ValueTask<StorageError> MakeOneAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult made = await session.Files.CreateDirectoryAsync(path, permissions: null, ct).ConfigureAwait(false);
        return made.Error == StorageError.AlreadyExists && await IsDirectoryAsync(session, path, ct).ConfigureAwait(false) ? StorageError.None : made.Error;
    }

    private static async ValueTask<bool> IsDirectoryAsync(FtpSession session, VirtualPath path, CancellationToken ct) =>
        await session.Files.LookAsync(path, ct).ConfigureAwait(false) is { IsSuccess: true, Value.Type: EntryType.Directory };
}
