using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Hpc.HttpApi.Files;

/// <summary>The part of a file that is asked for.</summary>
internal readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>
    /// One range of bytes (RFC 9110 §14). Null is all of the file: no range, one that cannot be read, one that is meant for another version, or several,
    /// which a server may answer with everything. A length of -1 is a range that the file does not reach.
    /// </summary>
    public static ByteRange? Of(RequestHeaders headers, long size, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        if (headers.Range is not { } range || range.Unit != "bytes" || range.Ranges.Count != 1 || !IsFor(headers.IfRange, tag, modified))
        {
            return null;
        }

        RangeItemHeaderValue one = range.Ranges.First();
        if (one.From is { } from)
        {
            return from < size ? new ByteRange(from, Math.Min(one.To ?? long.MaxValue, size - 1) - from + 1) : new ByteRange(0, -1);
        }

        long last = Math.Min(one.To ?? 0, size);
        return last > 0 ? new ByteRange(size - last, last) : new ByteRange(0, -1);
    }

    private static bool IsFor(RangeConditionHeaderValue? condition, EntityTagHeaderValue tag, DateTimeOffset modified) => condition switch
    {
        null => true,
        { EntityTag: { } named } => named.Compare(tag, useStrongComparison: true),
        { LastModified: { } date } => date == modified,
        _ => false,
    };
}
