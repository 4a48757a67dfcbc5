using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Files;
using Hpc.HttpApi.Models;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Shares;

/// <summary>What is downloaded from shares, by whoever knows their id. Each download that is whole is one use.</summary>
internal sealed class ShareReadModule(ShareAccess access) : IHttpApiModule
{
    private const string Tag = "public shares";

    private static readonly ApiParameter PathWithin = new("path", "A path within the share.");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "GET",
            "/shares/{id}",
            Operation("get_share", "All of the share as one ZIP archive, or its only file.") with
            {
                Parameters = [ShareParameters.Id, new("compress", "false sends the only file of the share as it is.", Type: ApiParameterType.Flag), FileParameters.Range],
                Answer = typeof(Stream),
                AnswerType = "application/zip",
                Statuses = [401, 403, 404, 412, 416, 501],
            },
            call => access.RunAsync(call, ShareScope.Read, GetAsync));
        routes.Map(
            "GET",
            "/shares/{id}/files",
            Operation("download_share_file", "One file of a share of one directory, or a range of it.") with
            {
                Parameters = [ShareParameters.Id, PathWithin with { IsRequired = true }, FileParameters.Range],
                Answer = typeof(Stream),
                AnswerType = "application/octet-stream",
                Statuses = [401, 403, 404, 412, 416, 501],
            },
            call => access.RunAsync(call, ShareScope.Read, GetFileAsync));
        routes.Map(
            "GET",
            "/shares/{id}/dirs",
            Operation("get_share_dir_contents", "The entries of a directory of a share of one directory.") with
            {
                Parameters = [ShareParameters.Id, PathWithin],
                Answer = typeof(IReadOnlyList<DirEntry>),
                Statuses = [401, 403, 404, 501],
            },
            call => access.RunAsync(call, ShareScope.Read, ListAsync));
    }

    private static ApiOperation Operation(string id, string summary) => new(id, Tag, summary, ApiAccess.Anybody) { IsTransfer = true, HasSecretPath = true };

    private async ValueTask<IResult?> GetAsync(FileSession session, OpenedShare share)
    {
        if (share.Paths.Count == 0)
        {
            return ShareAccess.NotFound();
        }

        if (session.Call.Query("compress") is not ("false" or "0"))
        {
            return await ZipAsync(session, share).ConfigureAwait(false);
        }

        return share.Paths is [var only]
            ? await SendAsync(session, share, only).ConfigureAwait(false)
            : Answer.Refused(StatusCodes.Status400BadRequest, "A share of several paths is sent as an archive alone.");
    }

    private async ValueTask<IResult?> ZipAsync(FileSession session, OpenedShare share)
    {
        ShareUse? use = null;
        try
        {
            var zip = new ZipDownload(session) { BeforeContent = TakeAsync };
            IResult? result = await zip.RunAsync(share.Paths, $"share-{share.Share.Name}.zip").ConfigureAwait(false);
            if (zip.IsSent)
            {
                use?.Keep();
            }

            return result;
        }
        finally
        {
            await GiveBackAsync(use).ConfigureAwait(false);
        }

        async ValueTask<IResult?> TakeAsync() => (use = await access.TryTakeAsync(share, session.Lifetime).ConfigureAwait(false)) is null ? ShareAccess.NotFound() : null;
    }

    private async ValueTask<IResult?> GetFileAsync(FileSession session, OpenedShare share)
    {
        if (session.Call.Query("path").Length == 0)
        {
            return Answer.Invalid("?path", "nothing", "a path within the share");
        }

        return share.Find(session.Call.Query("path")) is { } path ? await SendAsync(session, share, path).ConfigureAwait(false) : ShareParameters.NotOneDirectory();
    }

    private async ValueTask<IResult?> SendAsync(FileSession session, OpenedShare share, VirtualPath path)
    {
        if (!await share.HoldsAsync(session, path).ConfigureAwait(false))
        {
            return session.RefuseRead(StorageError.NotFound);
        }

        ShareUse? use = null;
        try
        {
            var download = new FileDownload(session) { BeforeContent = TakeAsync };
            IResult? result = await download.RunAsync(path).ConfigureAwait(false);
            if (download.IsSent)
            {
                use?.Keep();
            }

            return result;
        }
        finally
        {
            await GiveBackAsync(use).ConfigureAwait(false);
        }

        async ValueTask<IResult?> TakeAsync() => (use = await access.TryTakeAsync(share, session.Lifetime).ConfigureAwait(false)) is null ? ShareAccess.NotFound() : null;
    }

    private static async ValueTask<IResult?> ListAsync(FileSession session, OpenedShare share)
    {
        if (share.Find(session.Call.Query("path")) is not { } path)
        {
            return ShareParameters.NotOneDirectory();
        }

        return await share.HoldsAsync(session, path).ConfigureAwait(false)
            ? await DirectoryListing.RunAsync(session, path).ConfigureAwait(false)
            : session.RefuseRead(StorageError.NotFound);
    }

    private static ValueTask GiveBackAsync(ShareUse? use) => use?.DisposeAsync() ?? ValueTask.CompletedTask;
}
