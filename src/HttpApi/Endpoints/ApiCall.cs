using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Hosting;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Principals;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Endpoints;

/// <summary>One request to an operation, by somebody who may do it.</summary>
internal sealed class ApiCall(HttpContext http, ApiOperation operation, ApiPrincipal principal, PrincipalReader principals, HttpApiLimits limits, CancellationToken ct)
{
    public HttpContext Http => http;

    public ApiOperation Operation => operation;

    /// <summary>Who asks.</summary>
    public ApiPrincipal Principal { get; private set; } = principal;

    /// <summary>On whose behalf services are asked.</summary>
    public ChangeContext Context => Principal.Context;

    /// <summary>The client's address, as a trusted proxy tells it where there is one.</summary>
    public IPAddress Remote => RequestFacts.Of(http).Remote;

    /// <summary>Ends with the client, and in time.</summary>
    public CancellationToken Aborted => ct;

    /// <summary>A part of the path.</summary>
    public string Route(string name) => http.Request.RouteValues[name] as string ?? "";

    /// <summary>A parameter of the query; empty if it is not there. Of several the first.</summary>
    public string Query(string name) => http.Request.Query[name] is { Count: > 0 } values ? values[0] ?? "" : "";

    /// <summary>True for <c>1</c> and <c>true</c>.</summary>
    public bool Flag(string name) => ParameterCheck.IsYes(Query(name));

    /// <summary>Reads the body as JSON. Who asks is looked at again if it was waited for.</summary>
    public async ValueTask<ParsedBody<T>> ReadAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        ValueTask<ParsedBody<T>> reading = JsonBody.ReadAsync(http, type, limits.JsonBytes, ct);
        bool isHere = reading.IsCompleted;
        ParsedBody<T> body = await reading.ConfigureAwait(false);
        return !isHere && await WhyEndedAsync().ConfigureAwait(false) is { } refusal ? new ParsedBody<T>(null, refusal) : body;
    }

    /// <summary>Reads the body as it is, up to <see cref="HttpApiLimits.DumpBytes"/>; null with the answer if it is larger, or who asks may do so no more.</summary>
    public async ValueTask<(ReadOnlyMemory<byte>? Body, IResult? Refusal)> ReadDumpAsync()
    {
        using var body = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
        {
            if (body.Length + read > limits.DumpBytes)
            {
                return (null, Answer.Refused(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {limits.DumpBytes} bytes."));
            }

            body.Write(buffer, 0, read);
        }

        return await WhyEndedAsync().ConfigureAwait(false) is { } refusal ? (null, refusal) : (body.GetBuffer().AsMemory(0, (int)body.Length), null);
    }

    // Who sends a body slowly must not do with it what a token that ended meanwhile allowed.
    private async ValueTask<IResult?> WhyEndedAsync()
    {
        if (!operation.Access.NeedsPrincipal)
        {
            return null;
        }

        Verified now = await principals.ReadAsync(http, operation.Access, ct).ConfigureAwait(false);
        Principal = now.Principal ?? Principal;
        return now.Refusal;
    }

    /// <summary>A number of the query; false with the answer if it is none or out of bounds.</summary>
    public bool TryQueryNumber(string name, int otherwise, int min, int max, out int value, [NotNullWhen(false)] out IResult? refusal)
    {
        refusal = null;
        string text = Query(name);
        value = otherwise;
        if (text.Length == 0 || (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max))
        {
            return true;
        }

        refusal = Answer.Invalid("?" + name, ParameterText.Found(text), string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));
        return false;
    }

    /// <summary>The page that the query asks for (R11.6); false with the answer if it says something else.</summary>
    public bool TryPage([NotNullWhen(true)] out ObjectPage? page, [NotNullWhen(false)] out IResult? refusal)
    {
        const int MaxLimit = 500;
        page = null;
        if (!TryQueryNumber("offset", 0, 0, int.MaxValue, out int offset, out refusal) || !TryQueryNumber("limit", 100, 1, int.MaxValue, out int limit, out refusal))
        {
            return false;
        }

        string order = Query("order");
        bool isDescending = string.Equals(order, "DESC", StringComparison.OrdinalIgnoreCase);
        if (order.Length > 0 && !isDescending && !string.Equals(order, "ASC", StringComparison.OrdinalIgnoreCase))
        {
            refusal = Answer.Invalid("?order", ParameterText.Found(order), "ASC or DESC");
            return false;
        }

        page = new ObjectPage { Offset = offset, Limit = Math.Min(limit, MaxLimit), IsDescending = isDescending };
        return true;
    }

    /// <summary>The version that <c>If-Match</c> names; null without one, or for <c>*</c>. False with the answer if it is none of ours: nothing can match it.</summary>
    public bool TryIfMatch(out long? version, [NotNullWhen(false)] out IResult? refusal)
    {
        refusal = null;
        version = null;
        string header = http.Request.Headers.IfMatch.ToString();
        if (header.Length == 0 || header == "*")
        {
            return true;
        }

        if (header is ['"', .. string digits, '"'] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed) && parsed > 0)
        {
            version = parsed;
            return true;
        }

        refusal = Answer.Refused(StatusCodes.Status412PreconditionFailed, "The object has another version by now; read it again.");
        return false;
    }

    /// <summary>Tells the version of what is answered.</summary>
    public void SetETag(long version) => http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Tells where what was added is.</summary>
    public void SetLocation(string path, string name) => http.Response.Headers.Location = $"{ApiRoutes.BasePath}{path}/{Uri.EscapeDataString(name)}";
}
