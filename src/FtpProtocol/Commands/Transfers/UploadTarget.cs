using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Commands.Transfers;

/// <summary>What is known of the name of an upload before the file is opened, so that what cannot be is refused before a data connection is made. Nothing but a refusal of the policy is an event.</summary>
internal static class UploadTarget
{
    private const OpenFlags Changes = OpenFlags.Write | OpenFlags.Truncate;

    // Many files often go to one directory: it is not looked for again for each. One that is gone by then is told when the file is opened.
    private const long ParentMilliseconds = 1000;

    /// <summary>What the name is now: a refusal, or whether it is there. Where that may not be looked at it counts as not there, and opening it decides.</summary>
    public static async ValueTask<(FtpReply? Refusal, bool Exists)> LookAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        StorageResult<EntryAttributes> target = await session.Files.LookAsync(path, ct).ConfigureAwait(false);
        if (target.IsSuccess)
        {
            return target.Value.Type == EntryType.Directory
                ? (FtpErrors.ToReply(StorageError.IsDirectory), true)
                : (await JudgeAsync(session, path, Changes, ct).ConfigureAwait(false), true);
        }

        if (target.Error != StorageError.NotFound)
        {
            return (await JudgeAsync(session, path, Changes | OpenFlags.Create, ct).ConfigureAwait(false), false);
        }

        StorageError error = await LookForParentAsync(session, path.Parent, ct).ConfigureAwait(false);
        return error == StorageError.None
            ? (await JudgeAsync(session, path, Changes | OpenFlags.Create | OpenFlags.Exclusive, ct).ConfigureAwait(false), false)
            : (FtpErrors.ToReply(error), false);
    }

    private static async ValueTask<StorageError> LookForParentAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        if (session.LastParent is { } last && last.Path == path && Environment.TickCount64 - last.Ticks < ParentMilliseconds)
        {
            return StorageError.None;
        }

        StorageResult<EntryAttributes> parent = await session.Files.LookAsync(path, ct).ConfigureAwait(false);
        session.LastParent = parent.IsSuccess && parent.Value.Type == EntryType.Directory ? (path, Environment.TickCount64) : null;
        return parent.IsSuccess && parent.Value.Type != EntryType.Directory ? StorageError.NotDirectory
            : parent.Error is StorageError.NotFound or StorageError.NotDirectory ? parent.Error
            : StorageError.None;
    }

    private static async ValueTask<FtpReply?> JudgeAsync(FtpSession session, VirtualPath path, OpenFlags flags, CancellationToken ct)
    {
        StorageResult judged = await session.Files.JudgeOpenAsync(path, flags, ct).ConfigureAwait(false);
        return judged.IsSuccess ? null : FtpErrors.ToReply(judged.Error);
    }
}
