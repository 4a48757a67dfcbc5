using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Hosting;

/// <summary>Sends who comes to a listener without TLS to the one with it, where that is asked for (R14.20).</summary>
internal static class HttpsRedirect
{
    private const string ProtocolHeader = "X-Forwarded-Proto";

    /// <summary>True if the request is answered by it.</summary>
    public static bool Answers(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (request.IsHttps
            || context.Features.Get<OperatorDoor>() is not null
            || context.Features.Get<HttpApiListener>() is not { RedirectsToHttps: true } listener
            || IsHttpsBefore(context, listener))
        {
            return false;
        }

        // A port in the request is that of the listener without TLS.
        string host = listener.HttpsHost.Length > 0 ? listener.HttpsHost : request.Host.Host;
        if (host.Length == 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return true;
        }

        // 308 keeps method and body, which 301 does not.
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = $"https://{host}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}";
        return true;
    }

    private static bool IsHttpsBefore(HttpContext context, HttpApiListener listener) =>
        string.Equals(context.Request.Headers[ProtocolHeader], "https", StringComparison.OrdinalIgnoreCase)
        && context.Connection.RemoteIpAddress is { } peer && ClientAddress.IsTrusted(listener, ClientAddress.Plain(peer));
}
