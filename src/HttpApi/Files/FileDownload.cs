using System.Globalization;
using System.IO.Pipelines;
using Hpc.Accounts.Sessions;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Hosting;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Hpc.HttpApi.Files;

/// <summary>Sends one file: whole or a range of it, if the conditions of the request are met (RFC 9110 §13 and §14).</summary>
internal sealed class FileDownload(FileSession session)
{
    private readonly HttpContext _http = session.Http;
    private readonly PinnedSegment[] _segment = new PinnedSegment[1];

    /// <summary>Asked right before content is read; an answer of it is the answer.</summary>
    public Func<ValueTask<IResult?>>? BeforeContent { get; init; }

    /// <summary>True if everything that was asked for went out.</summary>
    public bool IsSent { get; private set; }

    /// <summary>Null if the answer was written.</summary>
    public async ValueTask<IResult?> RunAsync(VirtualPath path)
    {
        bool isHead = RequestFacts.Of(_http).IsHead;
        RequestHeaders headers = _http.Request.GetTypedHeaders();
        if (!isHead && await LookAsync(path, headers).ConfigureAwait(false) is { } early)
        {
            return early;
        }

        // Who asks for the headers alone downloads nothing, but must be allowed to.
        StorageResult<IFileHandle> opened = await session.Files.OpenFileAsync(path, isHead ? OpenFlags.Read | OpenFlags.Hash : OpenFlags.Read, null, session.Lifetime).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return session.RefuseRead(opened.Error);
        }

        IFileHandle file = opened.Value;
        await using (file.ConfigureAwait(false))
        {
            StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(session.Lifetime).ConfigureAwait(false);
            if (!attributes.IsSuccess)
            {
                return session.RefuseRead(attributes.Error);
            }

            var version = new FileVersion(attributes.Value);
            ByteRange? range = isHead ? null : ByteRange.Of(headers, version.Size, version.Tag, version.Modified);
            if (Judge(version, headers, range) is { } answer)
            {
                await file.CloseAsync().ConfigureAwait(false);
                return answer;
            }

            ByteRange part = range ?? new ByteRange(0, version.Size);
            if (isHead)
            {
                await file.CloseAsync().ConfigureAwait(false);
                SetHeaders(path.Name, version, part, isPart: false);
                return null;
            }

            return BeforeContent is not null && await BeforeContent().ConfigureAwait(false) is { } refusal
                ? refusal
                : await SendAsync(file, path, version, part, range is not null).ConfigureAwait(false);
        }
    }

    /// <summary>What can be answered without opening the file, which would be a download: that nothing changed, or that there is no such range.</summary>
    private async ValueTask<IResult?> LookAsync(VirtualPath path, RequestHeaders headers)
    {
        IHeaderDictionary raw = _http.Request.Headers;
        if (raw.IfNoneMatch.Count + raw.IfModifiedSince.Count + raw.IfMatch.Count + raw.IfUnmodifiedSince.Count + raw.Range.Count == 0)
        {
            return null;
        }

        StorageResult<EntryAttributes> known = await session.Files.LookAsync(path, session.Lifetime).ConfigureAwait(false);
        if (known is not { IsSuccess: true, Value.Type: EntryType.File })
        {
            return null;
        }

        var version = new FileVersion(known.Value);
        return Judge(version, headers, ByteRange.Of(headers, version.Size, version.Tag, version.Modified));
    }

    private IResult? Judge(FileVersion version, RequestHeaders headers, ByteRange? range)
    {
        int status = version.Judge(headers);
        if (status == 0 && range is { Length: < 0 })
        {
            _http.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{version.Size}");
            return Answer.Refused(StatusCodes.Status416RangeNotSatisfiable, "The file does not reach this range.");
        }

        if (status == StatusCodes.Status412PreconditionFailed)
        {
            return Answer.Refused(status, "The file is another one by now.");
        }

        if (status == StatusCodes.Status304NotModified)
        {
            SetValidators(version);
            return Results.StatusCode(status);
        }

        return null;
    }

    private async ValueTask<IResult?> SendAsync(IFileHandle file, VirtualPath path, FileVersion version, ByteRange part, bool isPart)
    {
        TransferMeter transfer = session.Meter.BeginTransfer(path.ToString(), isUpload: false);
        try
        {
            long sent = 0;
            do
            {
                int length = await session.AwaitReadAsync(file, (int)Math.Min(part.Length - sent, PinnedBuffer.Length)).ConfigureAwait(false);
                using var buffer = PinnedBuffer.Rent();

                // The first piece before the first header: what fails at once is an answer like any other.
                StorageResult<int> read = await ReadAsync(file, buffer, part.Start + sent, length).ConfigureAwait(false);
                if (!read.IsSuccess || (read.Value == 0 && part.Length > 0))
                {
                    return Break(read.IsSuccess ? StorageError.IoError : read.Error);
                }

                if (sent == 0)
                {
                    SetHeaders(path.Name, version, part, isPart);
                }

                FlushResult flushed = await _http.Response.BodyWriter.WriteAsync(buffer.Memory[..read.Value], session.Lifetime).ConfigureAwait(false);
                session.Lifetime.ThrowIfCancellationRequested();
                if (flushed.IsCompleted && sent + read.Value < part.Length)
                {
                    return null;
                }

                sent += read.Value;
                transfer.Add(read.Value);
                session.Meter.AddSent(read.Value);
                session.Meter.Touch(Environment.TickCount64);
            }
            while (sent < part.Length);

            IsSent = (await file.CloseAsync().ConfigureAwait(false)).IsSuccess;
            return null;
        }
        finally
        {
            session.Meter.EndTransfer(transfer);
        }
    }

    private ValueTask<StorageResult<int>> ReadAsync(IFileHandle file, PinnedBuffer buffer, long offset, int length)
    {
        if (length == 0)
        {
            return new(StorageResult<int>.FromValue(0));
        }

        _segment[0] = buffer.Segment(0, length);
        return session.ReadAsync(file, offset, _segment);
    }

    private IResult? Break(StorageError error)
    {
        if (!_http.Response.HasStarted)
        {
            _http.Response.Headers.Remove("Content-Disposition");
            return session.RefuseRead(error);
        }

        _http.Abort();
        return null;
    }

    private void SetHeaders(string name, FileVersion version, ByteRange part, bool isPart)
    {
        HttpResponse response = _http.Response;
        SetValidators(version);
        response.StatusCode = isPart ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        response.ContentType = "application/octet-stream";
        response.ContentLength = part.Length;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentDisposition = DispositionText.Attachment(name);
        if (isPart)
        {
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {part.Start}-{part.Start + part.Length - 1}/{version.Size}");
        }
    }

    private void SetValidators(FileVersion version)
    {
        IHeaderDictionary headers = _http.Response.Headers;
        headers.ETag = version.Tag.ToString();
        headers.LastModified = HeaderUtilities.FormatDate(version.Modified);

        // Kept, but never shown without asking again.
        headers.CacheControl = "private, no-cache";
    }
}
