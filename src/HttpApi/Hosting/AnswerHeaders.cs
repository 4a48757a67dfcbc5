using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Hosting;

/// <summary>Headers of every answer: nothing is sniffed, framed or kept by caches unless an operation says otherwise.</summary>
internal sealed class AnswerHeaders(RequestDelegate next, HttpApiOptions options)
{
    private const string NoContent = "default-src 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = NoContent;
        headers["Referrer-Policy"] = "no-referrer";
        if (options.StrictTransportSeconds > 0 && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = $"max-age={options.StrictTransportSeconds}";
        }

        return next(context);
    }
}
