using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Files;
using Hpc.HttpApi.Models;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Shares;

/// <summary>What is uploaded to shares, by whoever knows their id. Each file that is whole is one use.</summary>
internal sealed class ShareWriteModule(ShareAccess access, HttpApiOptions options) : IHttpApiModule
{
    private const string Tag = "public shares";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "POST",
            "/shares/{id}",
            new ApiOperation("upload_to_share", Tag, "Uploads files into the directory of the share.", ApiAccess.Anybody)
            {
                Parameters = [ShareParameters.Id],
                Body = typeof(UploadForm),
                BodyType = "multipart/form-data",
                BodyKind = ApiBody.File,
                Success = 201,
                Statuses = [401, 403, 404, 409, 501],
                IsTransfer = true,
                HasSecretPath = true,
            },
            call => access.RunAsync(call, ShareScope.Write, UploadFormAsync));
        routes.Map(
            "POST",
            "/shares/{id}/{fileName}",
            new ApiOperation("upload_single_to_share", Tag, "Uploads one file into the share; the body is its content. Directories are not made.", ApiAccess.Anybody)
            {
                Parameters = [ShareParameters.Id, new("fileName", "Name of the file within the share, with slashes escaped as %2F.", ApiParameterPlace.Path), ModifiedHeader.Parameter],
                Body = typeof(Stream),
                BodyType = "*/*",
                BodyKind = ApiBody.File,
                Success = 201,
                Statuses = [401, 403, 404, 409, 501],
                IsTransfer = true,
                HasSecretPath = true,
            },
            call => access.RunAsync(call, ShareScope.Write, UploadAsync));
    }

    private async ValueTask<IResult?> UploadFormAsync(FileSession session, OpenedShare share) =>
        share.Find("") is { } directory
            ? await new MultipartUpload(session, new FileUpload(session, options.MaxUploadFileBytes)) { Each = (path, take) => TakeAsync(session, share, path, take) }.RunAsync(directory).ConfigureAwait(false)
            : ShareParameters.NotOneDirectory();

    private async ValueTask<IResult?> UploadAsync(FileSession session, OpenedShare share)
    {
        // Kestrel decodes everything in a path but the escaped slash.
        string name = session.Call.Route("fileName").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (share.Find(name) is not { } path || share.Paths[0] == path || name.EndsWith('/'))
        {
            return ShareParameters.NotOneDirectory();
        }

        if (!ModifiedHeader.TryRead(session.Http.Request, out FileTime? modified, out IResult? refusal))
        {
            return refusal;
        }

        if (options.MaxUploadFileBytes > 0 && session.Http.Request.ContentLength > options.MaxUploadFileBytes)
        {
            return session.RefuseWrite(StorageError.TooLarge);
        }

        var upload = new FileUpload(session, options.MaxUploadFileBytes);
        return await TakeAsync(session, share, path, () => upload.TakeAsync(path, session.Http.Request.Body, modified)).ConfigureAwait(false)
            ?? Answer.Done("Upload completed", StatusCodes.Status201Created);
    }

    /// <summary>Null if the file was taken.</summary>
    private async ValueTask<IResult?> TakeAsync(FileSession session, OpenedShare share, VirtualPath path, Func<ValueTask<StorageError>> take)
    {
        // A link in the directory could lead out of it.
        if (!await share.HoldsAsync(session, path).ConfigureAwait(false))
        {
            return session.RefuseWrite(StorageError.AccessDenied);
        }

        ShareUse? use = await access.TryTakeAsync(share, session.Lifetime).ConfigureAwait(false);
        if (use is null)
        {
            return ShareAccess.NotFound();
        }

        await using (use.ConfigureAwait(false))
        {
            StorageError error = await take().ConfigureAwait(false);
            if (error != StorageError.None)
            {
                return session.RefuseWrite(error);
            }

            use.Keep();
            return null;
        }
    }
}
