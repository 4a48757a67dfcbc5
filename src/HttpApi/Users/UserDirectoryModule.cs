using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Files;
using Hpc.HttpApi.Models;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Users;

/// <summary>Directories of a user.</summary>
internal sealed class UserDirectoryModule(FileSessions sessions) : IHttpApiModule
{
    private const string Tag = "user APIs";
    private const string Dirs = "/user/dirs";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "GET",
            Dirs,
            new ApiOperation("get_user_dir_contents", Tag, "The entries of a directory.", ApiAccess.User)
            {
                Parameters = [new("path", "The directory; the start directory if it is not given.")],
                Answer = typeof(IReadOnlyList<DirEntry>),
                Statuses = [404, 501],
                IsTransfer = true,
            },
            call => sessions.RunAsync(call, ListAsync));
        routes.Map(
            "POST",
            Dirs,
            new ApiOperation("create_user_dir", Tag, "Makes a directory.", ApiAccess.User) { Parameters = [FileParameters.Path, FileParameters.MakeParents], Success = 201, Statuses = [404, 409, 413, 501] },
            UserRules.Writing(call => sessions.RunAsync(call, CreateAsync)));
        routes.Map(
            "PATCH",
            Dirs,
            new ApiOperation("rename_user_dir", Tag, "Renames or moves a directory.", ApiAccess.User) { Parameters = [FileParameters.Path, FileParameters.Target], Statuses = [404, 409, 413, 501], IsTransfer = true },
            UserRules.Writing(call => sessions.RunAsync(call, UserFileActions.MoveAsync)));
        routes.Map(
            "DELETE",
            Dirs,
            new ApiOperation("delete_user_dir", Tag, "Removes a directory and what is in it.", ApiAccess.User) { Parameters = [FileParameters.Path], Statuses = [404, 409, 501], IsTransfer = true },
            UserRules.Writing(call => sessions.RunAsync(call, DeleteAsync)));
    }

    private static ValueTask<IResult?> ListAsync(FileSession session) =>
        PathParameter.TryReadOr(session, "path", session.StartDirectory, out VirtualPath path, out IResult? refusal) ? DirectoryListing.RunAsync(session, path) : new(refusal);

    private static async ValueTask<IResult?> CreateAsync(FileSession session)
    {
        if (!PathParameter.TryRead(session, "path", out VirtualPath path, out IResult? refusal))
        {
            return refusal;
        }

        StorageError error = session.Call.Flag(FileParameters.MakeParents.Name) ? await ParentDirectories.CreateAsync(session, path).ConfigureAwait(false) : StorageError.None;
        error = error == StorageError.None ? (await session.Files.CreateDirectoryAsync(path, null, session.Lifetime).ConfigureAwait(false)).Error : error;
        return session.AnswerChange(error, "Directory created", StatusCodes.Status201Created);
    }

    private static async ValueTask<IResult?> DeleteAsync(FileSession session) =>
        PathParameter.TryRead(session, "path", out VirtualPath path, out IResult? refusal)
            ? session.AnswerChange(await new TreeDelete(session).RunAsync(path).ConfigureAwait(false), "Directory deleted")
            : refusal;
}
