using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Sessions;
using Hpc.Server.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hpc.Server.Admin;

/// <summary>Answers the admin port: health and metrics for everybody on this machine, sessions and usage for who has the token.</summary>
internal sealed partial class AdminApplication(
    ServerState state, PrometheusExporter metrics, ISessionDirectory sessions, string token, AdminUsage? usage = null, RequestDelegate? api = null,
    ClusterSessions? cluster = null) : IHttpApplication<HttpContext>
{
    private const string SessionsPath = "/admin/sessions";

    private const string UsersPath = "/admin/users/";

    /// <summary>Longest body of a request; the REST API has tighter bounds of its own.</summary>
    public long MaxRequestBytes { get; } = api is null ? 0 : 64 << 20;

    private readonly byte[] _tokenHash = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        return path switch
        {
            "/healthz" => AnswerAsync(context, StatusCodes.Status200OK, "ok\n"),
            "/readyz" => state.IsReady ? AnswerAsync(context, StatusCodes.Status200OK, "ready\n") : AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready\n"),
            "/metrics" => MetricsAsync(context),
            _ when path.StartsWith("/admin/", StringComparison.Ordinal) => AdminAsync(context, path),
            _ when api is not null && path.StartsWith("/api/", StringComparison.Ordinal) => ApiAsync(context, api),
            _ => AnswerAsync(context, StatusCodes.Status404NotFound, "not found\n"),
        };
    }

    private static async Task AnswerAsync(HttpContext context, int status, string text)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && status < 400)
        {
            status = StatusCodes.Status405MethodNotAllowed;
            text = "method not allowed\n";
        }

        await WriteAsync(context, status, "text/plain; charset=utf-8", text).ConfigureAwait(false);
    }

    private static Task AnswerAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        WriteAsync(context, StatusCodes.Status200OK, "application/json", JsonSerializer.Serialize(value, type) + "\n");

    private static async Task WriteAsync(HttpContext context, int status, string contentType, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private Task MetricsAsync(HttpContext context) => HttpMethods.IsGet(context.Request.Method)
        ? WriteAsync(context, StatusCodes.Status200OK, PrometheusExporter.ContentType, metrics.Export())
        : AnswerAsync(context, StatusCodes.Status200OK, "");

    // Whoever has the token of the data directory is the operator.
    private Task ApiAsync(HttpContext context, RequestDelegate serve) => IsAuthorized(context.Request) ? serve(context) : RefuseAsync(context);

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return AnswerAsync(context, StatusCodes.Status401Unauthorized, "the admin token is missing or wrong\n");
    }

    private async Task AdminAsync(HttpContext context, string path)
    {
        CancellationToken ct = context.RequestAborted;
        if (!IsAuthorized(context.Request))
        {
            await RefuseAsync(context).ConfigureAwait(false);
            return;
        }

        if (path == UsagePath || path.StartsWith(UsagePath + "/", StringComparison.Ordinal))
        {
            await UsageAsync(context, path, ct).ConfigureAwait(false);
            return;
        }

        if (path == ClusterPath)
        {
            await ClusterAsync(context, ct).ConfigureAwait(false);
            return;
        }

        bool isDelete = HttpMethods.IsDelete(context.Request.Method);
        if (path == SessionsPath && HttpMethods.IsGet(context.Request.Method))
        {
            await ListSessionsAsync(context, ct).ConfigureAwait(false);
        }
        else if (isDelete && path.StartsWith(SessionsPath + "/", StringComparison.Ordinal))
        {
            await KickAsync(context, path[(SessionsPath.Length + 1)..], ct).ConfigureAwait(false);
        }
        else if (isDelete && path.StartsWith(UsersPath, StringComparison.Ordinal) && path.EndsWith("/sessions", StringComparison.Ordinal) && path.Length > UsersPath.Length + "/sessions".Length)
        {
            // The path came decoded from Kestrel; only %2F stays as it is, and no user name holds a slash.
            string user = path[UsersPath.Length..^"/sessions".Length];
            await KickUserAsync(context, user, ct).ConfigureAwait(false);
        }
        else
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, "not found\n").ConfigureAwait(false);
        }
    }

    private bool IsAuthorized(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..])), _tokenHash);
    }
}
