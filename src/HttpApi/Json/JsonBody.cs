using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hpc.HttpApi.Json;

/// <summary>Reads JSON bodies; what is wrong with one is told by its path, or by line and position.</summary>
internal static class JsonBody
{
    // What scripts send without saying so: no type at all, and what curl -d says.
    private static readonly string[] TakenForJson = ["", "application/json", "text/json", "text/plain", "application/x-www-form-urlencoded", "application/octet-stream"];

    public static async ValueTask<ParsedBody<T>> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, int maxBytes, CancellationToken ct)
        where T : class
    {
        if (!IsJson(context.Request))
        {
            return Refused<T>(StatusCodes.Status415UnsupportedMediaType, "The body must be JSON (application/json), not compressed.");
        }

        if (context.Request.ContentLength > maxBytes)
        {
            return TooLarge<T>(maxBytes);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(maxBytes, Math.Max(context.Request.ContentLength ?? 0, 4096)) + 1);
        int length = 0;
        try
        {
            for (int read = -1; read != 0; length += read)
            {
                if (length > maxBytes)
                {
                    return TooLarge<T>(maxBytes);
                }

                buffer = length < buffer.Length ? buffer : Grow(buffer, length, maxBytes);
                read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), ct).ConfigureAwait(false);
            }

            return Parse(buffer.AsMemory(0, length), type);
        }
        finally
        {
            // It may hold passwords.
            buffer.AsSpan(0, length).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>True if the body may be JSON, and is not compressed.</summary>
    public static bool IsJson(HttpRequest request) => request.Headers.ContentEncoding.Count == 0 && IsJson(request.ContentType);

    public static ParsedBody<T> Parse<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        if (json.IsEmpty)
        {
            return Refused<T>(StatusCodes.Status400BadRequest, "The body is missing: a JSON object is expected.");
        }

        try
        {
            return JsonSerializer.Deserialize(json.Span, type) is { } value
                ? new ParsedBody<T>(value, null)
                : Refused<T>(StatusCodes.Status400BadRequest, "The body is null: a JSON object is expected.");
        }
        catch (JsonException e)
        {
            return new ParsedBody<T>(null, JsonFault.Explain(e, json, type));
        }
    }

    private static byte[] Grow(byte[] buffer, int length, int maxBytes)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * buffer.Length, maxBytes + 1L) + 1);
        buffer.AsSpan(0, length).CopyTo(larger);
        buffer.AsSpan(0, length).Clear();
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static bool IsJson(string? contentType)
    {
        string mediaType = "";
        if (!string.IsNullOrEmpty(contentType))
        {
            if (!MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? parsed))
            {
                return false;
            }

            mediaType = parsed.MediaType.ToString();
        }

        return TakenForJson.Contains(mediaType, StringComparer.OrdinalIgnoreCase) || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static ParsedBody<T> TooLarge<T>(int maxBytes)
        where T : class => Refused<T>(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {maxBytes} bytes.");

    private static ParsedBody<T> Refused<T>(int status, string error)
        where T : class => new(null, Answer.Refused(status, error));
}
