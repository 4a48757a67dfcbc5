using System.Text.Json.Serialization.Metadata;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Files;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Users;

/// <summary>Files of a user.</summary>
internal sealed class UserFileModule(FileSessions sessions, HttpApiOptions options) : IHttpApiModule
{
    private const string Tag = "user APIs";
    private const string Files = "/user/files";
    private const int MaxZipPaths = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        MapReads(routes);
        MapUploads(routes);
        MapChanges(routes);
    }

    private void MapReads(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "GET",
            Files,
            new ApiOperation("download_user_file", Tag, "A file, or a range of it.", ApiAccess.User)
            {
                Parameters = [FileParameters.Path, FileParameters.Range],
                Answer = typeof(Stream),
                AnswerType = "application/octet-stream",
                Statuses = [404, 412, 416, 501],
                IsTransfer = true,
            },
            call => sessions.RunAsync(call, DownloadAsync));
        routes.Map(
            "POST",
            "/user/streamzip",
            new ApiOperation("streamzip", Tag, "Files and directories as one ZIP archive, made as it is sent.", ApiAccess.User)
            {
                Body = typeof(IReadOnlyList<string>),
                Answer = typeof(Stream),
                AnswerType = "application/zip",
                Statuses = [404, 501],
                IsTransfer = true,
            },
            ZipAsync);
    }

    private void MapUploads(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "POST",
            Files,
            new ApiOperation("create_user_files", Tag, "Uploads files into a directory.", ApiAccess.User)
            {
                Parameters = [new("path", "The directory; the start directory if it is not given."), FileParameters.MakeParents],
                Body = typeof(UploadForm),
                BodyType = "multipart/form-data",
                BodyKind = ApiBody.File,
                Success = 201,
                Statuses = [404, 409, 501],
                IsTransfer = true,
            },
            UserRules.Writing(call => sessions.RunAsync(call, UploadFormAsync)));
        routes.Map(
            "POST",
            "/user/files/upload",
            new ApiOperation("create_user_file", Tag, "Uploads one file; the body is its content.", ApiAccess.User)
            {
                Parameters = [FileParameters.Path, FileParameters.MakeParents, ModifiedHeader.Parameter],
                Body = typeof(Stream),
                BodyType = "*/*",
                BodyKind = ApiBody.File,
                Success = 201,
                Statuses = [404, 409, 501],
                IsTransfer = true,
            },
            UserRules.Writing(call => sessions.RunAsync(call, UploadAsync)));
    }

    private void MapChanges(IEndpointRouteBuilder routes)
    {
        var moved = new ApiOperation("rename_user_file", Tag, "Renames or moves a file.", ApiAccess.User) { Parameters = [FileParameters.Path, FileParameters.Target], Statuses = [404, 409, 413, 501], IsTransfer = true };
        routes.Map("PATCH", Files, moved, UserRules.Writing(call => sessions.RunAsync(call, UserFileActions.MoveAsync)));
        routes.Map(
            "POST",
            "/user/file-actions/move",
            moved with { Id = "move_user_file", Summary = "Renames or moves a file or a directory." },
            UserRules.Writing(call => sessions.RunAsync(call, UserFileActions.MoveAsync)));
        routes.Map(
            "POST",
            "/user/file-actions/copy",
            moved with { Id = "copy_user_file", Summary = "Copies a file, or a directory with what is in it." },
            UserRules.Writing(call => sessions.RunAsync(call, UserFileActions.CopyAsync)));
        routes.Map(
            "DELETE",
            Files,
            new ApiOperation("delete_user_file", Tag, "Deletes a file.", ApiAccess.User) { Parameters = [FileParameters.Path], Statuses = [404, 409, 501] },
            UserRules.Writing(call => sessions.RunAsync(call, DeleteAsync)));
        routes.Map(
            "PATCH",
            "/user/files/metadata",
            new ApiOperation("setprops_user_file", Tag, "Sets when a file was changed last.", ApiAccess.User) { Parameters = [FileParameters.Path], Body = typeof(FileMetadata), Statuses = [404, 501] },
            UserRules.Writing(SetMetadataAsync));
    }

    private static ValueTask<IResult?> DownloadAsync(FileSession session) =>
        PathParameter.TryRead(session, "path", out VirtualPath path, out IResult? refusal) ? new FileDownload(session).RunAsync(path) : new(refusal);

    private async ValueTask<IResult> ZipAsync(ApiCall call)
    {
        JsonTypeInfo<IReadOnlyList<string>> type = HttpApiJson.Default.IReadOnlyListString;
        if (!(await call.ReadAsync(type).ConfigureAwait(false)).TryGet(out IReadOnlyList<string>? texts, out IResult? refusal))
        {
            return refusal;
        }

        return texts.Count is > 0 and <= MaxZipPaths
            ? await sessions.RunAsync(call, session => ZipAsync(session, texts)).ConfigureAwait(false)
            : Answer.Invalid("[]", $"{texts.Count} paths", $"1 to {MaxZipPaths} paths");
    }

    private static ValueTask<IResult?> ZipAsync(FileSession session, IReadOnlyList<string> texts)
    {
        var paths = new List<VirtualPath>(texts.Count);
        for (int i = 0; i < texts.Count; i++)
        {
            if (string.IsNullOrEmpty(texts[i]) || !PathParameter.TryParse(texts[i], session.StartDirectory, out VirtualPath path))
            {
                return new(Answer.Invalid($"[{i}]", ParameterText.Found(texts[i] ?? ""), "a virtual path"));
            }

            paths.Add(path);
        }

        return new ZipDownload(session).RunAsync(paths, paths.Count == 1 && !paths[0].IsRoot ? paths[0].Name + ".zip" : "download.zip");
    }

    private async ValueTask<IResult?> UploadFormAsync(FileSession session)
    {
        if (!PathParameter.TryReadOr(session, "path", session.StartDirectory, out VirtualPath directory, out IResult? refusal))
        {
            return refusal;
        }

        StorageError error = session.Call.Flag(FileParameters.MakeParents.Name) ? await CreateWithParentsAsync(session, directory).ConfigureAwait(false) : StorageError.None;
        return error == StorageError.None ? await new MultipartUpload(session, new FileUpload(session, options.MaxUploadFileBytes)).RunAsync(directory).ConfigureAwait(false) : session.RefuseWrite(error);
    }

    // The directory itself is the parent of what comes.
    private static ValueTask<StorageError> CreateWithParentsAsync(FileSession session, VirtualPath directory) =>
        directory.TryCombine("-", out VirtualPath child) ? ParentDirectories.CreateAsync(session, child) : new(StorageError.NameTooLong);

    private async ValueTask<IResult?> UploadAsync(FileSession session)
    {
        if (!PathParameter.TryRead(session, "path", out VirtualPath path, out IResult? refusal) || !ModifiedHeader.TryRead(session.Http.Request, out FileTime? modified, out refusal))
        {
            return refusal;
        }

        if (options.MaxUploadFileBytes > 0 && session.Http.Request.ContentLength > options.MaxUploadFileBytes)
        {
            return session.RefuseWrite(StorageError.TooLarge);
        }

        StorageError error = session.Call.Flag(FileParameters.MakeParents.Name) ? await ParentDirectories.CreateAsync(session, path).ConfigureAwait(false) : StorageError.None;
        error = error == StorageError.None ? await new FileUpload(session, options.MaxUploadFileBytes).TakeAsync(path, session.Http.Request.Body, modified).ConfigureAwait(false) : error;
        return session.AnswerChange(error, "Upload completed", StatusCodes.Status201Created);
    }

    private static async ValueTask<IResult?> DeleteAsync(FileSession session)
    {
        if (!PathParameter.TryRead(session, "path", out VirtualPath path, out IResult? refusal))
        {
            return refusal;
        }

        StorageResult deleted = await session.Files.DeleteFileAsync(path, session.Lifetime).ConfigureAwait(false);
        return session.AnswerChange(deleted.Error, "File deleted");
    }

    private async ValueTask<IResult> SetMetadataAsync(ApiCall call)
    {
        if (!(await call.ReadAsync(HttpApiJson.Default.FileMetadata).ConfigureAwait(false)).TryGet(out FileMetadata? metadata, out IResult? refusal))
        {
            return refusal;
        }

        return metadata.ModificationTime >= 0
            ? await sessions.RunAsync(call, session => SetMetadataAsync(session, metadata)).ConfigureAwait(false)
            : Answer.Invalid("modification_time", "a negative number", "Unix milliseconds");
    }

    private static async ValueTask<IResult?> SetMetadataAsync(FileSession session, FileMetadata metadata)
    {
        if (!PathParameter.TryRead(session, "path", out VirtualPath path, out IResult? refusal))
        {
            return refusal;
        }

        if (metadata.ModificationTime == 0)
        {
            return Answer.Done();
        }

        FileTime time = ModifiedHeader.FromMilliseconds(metadata.ModificationTime);
        StorageResult set = await session.Files.SetAttributesAsync(path, new AttributeChanges { AccessTime = time, ModificationTime = time }, session.Lifetime).ConfigureAwait(false);
        return session.AnswerChange(set.Error, "OK");
    }
}
