using Hpc.HttpApi.Files;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Users;

/// <summary>Moves and copies, the same for files and directories.</summary>
internal static class UserFileActions
{
    public static async ValueTask<IResult?> MoveAsync(FileSession session)
    {
        if (!TryPaths(session, out VirtualPath path, out VirtualPath target, out IResult? refusal))
        {
            return refusal;
        }

        StorageResult moved = await session.Files.RenameAsync(path, target, RenameMode.Replace, session.Lifetime).ConfigureAwait(false);
        return session.AnswerChange(moved.Error, "Moved");
    }

    public static async ValueTask<IResult?> CopyAsync(FileSession session) =>
        TryPaths(session, out VirtualPath path, out VirtualPath target, out IResult? refusal)
            ? session.AnswerChange(await new TreeCopy(session).RunAsync(path, target).ConfigureAwait(false), "Copied")
            : refusal;

    private static bool TryPaths(FileSession session, out VirtualPath path, out VirtualPath target, out IResult? refusal)
    {
        target = default;
        return PathParameter.TryRead(session, "path", out path, out refusal) && PathParameter.TryRead(session, "target", out target, out refusal);
    }
}
