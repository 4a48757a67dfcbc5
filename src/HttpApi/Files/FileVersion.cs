using System.Globalization;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Hpc.HttpApi.Files;

/// <summary>What tells one version of a file from another: size and time of change.</summary>
internal sealed class FileVersion
{
    public FileVersion(in EntryAttributes attributes)
    {
        Size = attributes.Size;
        FileTime time = attributes.ModificationTime;
        Tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{Size:x}-{time.Seconds:x}-{time.Nanoseconds:x}\""));
        Modified = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(time.Seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
    }

    public long Size { get; }

    public EntityTagHeaderValue Tag { get; }

    /// <summary>In whole seconds, as HTTP has them.</summary>
    public DateTimeOffset Modified { get; }

    /// <summary>304 or 412 if a condition of the request says so, in the order of RFC 9110 §13.2.2; 0 if the file is to be sent.</summary>
    public int Judge(RequestHeaders headers)
    {
        bool matches = headers.IfMatch.Count == 0
            ? headers.IfUnmodifiedSince is not { } unmodified || Modified <= unmodified
            : headers.IfMatch.Any(tag => tag.Tag == "*" || tag.Compare(Tag, useStrongComparison: true));
        if (!matches)
        {
            return StatusCodes.Status412PreconditionFailed;
        }

        bool isKnown = headers.IfNoneMatch.Count == 0
            ? headers.IfModifiedSince is { } since && Modified <= since
            : headers.IfNoneMatch.Any(tag => tag.Tag == "*" || tag.Compare(Tag, useStrongComparison: false));
        return isKnown ? StatusCodes.Status304NotModified : 0;
    }
}
