using Hpc.HttpApi.Endpoints;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Hpc.HttpApi.Files;

/// <summary>Files of a form (RFC 7578), one after the other as they come. Those before one that fails stay.</summary>
internal sealed class MultipartUpload(FileSession session, FileUpload upload)
{
    private const int MaxFiles = 1_000;
    private const int MaxBoundary = 70;
    private const int BufferBytes = 64 * 1024;
    private const int MaxHeaders = 16;
    private const int MaxHeaderBytes = 16 * 1024;

    /// <summary>Takes one file of the form; what it answers but null ends the upload. By itself it puts the file into the directory.</summary>
    public Func<VirtualPath, Func<ValueTask<StorageError>>, ValueTask<IResult?>>? Each { get; init; }

    public async ValueTask<IResult> RunAsync(VirtualPath directory)
    {
        HttpRequest request = session.Http.Request;
        if (BoundaryOf(request.ContentType) is not { } boundary)
        {
            return Answer.Refused(StatusCodes.Status415UnsupportedMediaType, "The body must be multipart/form-data.");
        }

        var reader = new MultipartReader(boundary, request.Body, BufferBytes) { HeadersCountLimit = MaxHeaders, HeadersLengthLimit = MaxHeaderBytes };
        int files = 0;
        try
        {
            while (await reader.ReadNextSectionAsync(session.Lifetime).ConfigureAwait(false) is { } section)
            {
                if (!TryName(section, out string? sent))
                {
                    continue;
                }

                if (UploadName.Of(sent!) is not { } name || !directory.TryCombine(name, out VirtualPath path))
                {
                    return Answer.Invalid("filename", ParameterText.Found(sent!), "a file name");
                }

                if (++files > MaxFiles)
                {
                    return Answer.Refused(StatusCodes.Status400BadRequest, $"A form has at most {MaxFiles} files.");
                }

                if (await TakeAsync(path, section.Body).ConfigureAwait(false) is { } refusal)
                {
                    return refusal;
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException && e is not BadHttpRequestException && !session.Http.RequestAborted.IsCancellationRequested)
        {
            return Answer.Refused(StatusCodes.Status400BadRequest, "The form is malformed, or breaks off.");
        }

        return files > 0 ? Answer.Done("Upload completed", StatusCodes.Status201Created) : Answer.Invalid("filenames", "nothing", "one or more files");
    }

    private async ValueTask<IResult?> TakeAsync(VirtualPath path, Stream content)
    {
        if (Each is not null)
        {
            return await Each(path, () => upload.TakeAsync(path, content, modified: null)).ConfigureAwait(false);
        }

        StorageError error = await upload.TakeAsync(path, content, modified: null).ConfigureAwait(false);
        return error == StorageError.None ? null : session.RefuseWrite(error);
    }

    private static bool TryName(MultipartSection section, out string? name)
    {
        name = null;
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition))
        {
            return false;
        }

        name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
        return disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase) && name is not null;
    }

    private static string? BoundaryOf(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundary ? boundary : null;
    }
}
