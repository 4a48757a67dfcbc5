using System.Data.Common;
using System.Diagnostics;
using Hpc.Accounts.Data;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Principals;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Hosting;

/// <summary>
/// The outermost step of every request: finds out what is known of it, answers faults, unknown paths and what Kestrel refuses in the API's form, writes the log line and the metrics.
/// </summary>
internal sealed class RequestFrame(RequestDelegate next, HttpApiOptions options, ILogger<RequestFrame> logger)
{
    private const string OtherRoute = "other";
    private const int MaxLogged = 200;

    public async Task InvokeAsync(HttpContext context)
    {
        long start = Stopwatch.GetTimestamp();
        context.Features.Get<FirstRequest>()?.Came();
        RequestFacts facts = SetFacts(context);
        HttpApiMetrics.Begin();
        try
        {
            await AnswerAsync(context).ConfigureAwait(false);
        }
        finally
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            ApiOperation? operation = context.GetEndpoint()?.Metadata.GetMetadata<ApiOperation>();
            string route = RouteOf(context);
            int status = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? 499 : context.Response.StatusCode;
            HttpApiMetrics.End(facts.Method, route, status, elapsed.TotalSeconds);
            if (!facts.IsBarred)
            {
                HttpApiLog.Answered(
                    logger,
                    Shorten(facts.Method),
                    operation is { HasSecretPath: true } ? route : Shorten(WithoutShare(context.Request.Path.Value ?? "")),
                    status,
                    (long)elapsed.TotalMilliseconds,
                    context.Response.ContentLength ?? 0,
                    facts.Principal.Kind == ApiPrincipalKind.Anonymous ? "nobody" : facts.Principal.ToString(),
                    facts.Remote,
                    context.Request.Protocol,
                    Shorten(context.Request.Headers.UserAgent.ToString()));
            }
        }
    }

    private static RequestFacts SetFacts(HttpContext context)
    {
        bool isOperator = context.Features.Get<OperatorDoor>() is not null;
        HttpApiListener? listener = isOperator ? null : context.Features.Get<HttpApiListener>();
        bool isHead = HttpMethods.IsHead(context.Request.Method);
        var facts = new RequestFacts
        {
            Remote = ClientAddress.Of(context, listener),
            IsSecure = context.Request.IsHttps,
            IsHead = isHead,
            Method = context.Request.Method,
            IsOperator = isOperator,
        };
        context.Features.Set(facts);
        if (isHead)
        {
            // Kestrel remembers and sends no body; routing sees what GET would be.
            context.Request.Method = HttpMethods.Get;
        }

        return facts;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        try
        {
            if (!IsHostAllowed(context))
            {
                await Answer.WriteAsync(context, StatusCodes.Status403Forbidden, "This host is not served here.").ConfigureAwait(false);
                return;
            }

            if (HttpsRedirect.Answers(context))
            {
                return;
            }

            await next(context).ConfigureAwait(false);
            if (!response.HasStarted && response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed && response.ContentLength is null)
            {
                string error = response.StatusCode == StatusCodes.Status404NotFound ? "There is nothing at this path." : "The path does not take this method.";
                await Answer.WriteAsync(context, response.StatusCode, error).ConfigureAwait(false);
            }
        }
        catch (BadHttpRequestException e) when (!response.HasStarted)
        {
            await Answer.WriteAsync(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The body is too large." : "The request is malformed.").ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: nobody waits for an answer.
        }
        catch (Exception e) when (e is DbException or DataProviderException && !response.HasStarted)
        {
            HttpApiLog.ProviderAway(logger, e, Shorten(context.Request.Method), RouteOf(context));
            response.Clear();
            await Answer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The data provider does not answer; try again later.").ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever goes wrong is told to the log, and the peer learns nothing of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HttpApiLog.Fault(logger, exception, Shorten(context.Request.Method), RouteOf(context));
            if (response.HasStarted)
            {
                context.Abort();
                return;
            }

            response.Clear();
            await Answer.WriteAsync(context, StatusCodes.Status500InternalServerError, "The request failed; the server's log says why.").ConfigureAwait(false);
        }
    }

    private bool IsHostAllowed(HttpContext context) =>
        options.AllowedHosts.Count == 0 || context.Features.Get<OperatorDoor>() is not null || options.AllowedHosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase)
        || options.AllowedHosts.Contains(context.Request.Host.Value ?? "", StringComparer.OrdinalIgnoreCase);

    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? OtherRoute;

    // Who knows the id of a share may use it, also where the path or the method is wrong. Kestrel leaves an escaped slash as it is.
    private static string WithoutShare(string path)
    {
        foreach (string mark in (ReadOnlySpan<string>)["shares/", "shares%2f"])
        {
            int at = path.IndexOf(mark, StringComparison.OrdinalIgnoreCase);
            path = at >= 0 && at + mark.Length < path.Length ? path[..(at + mark.Length)] + "…" : path;
        }

        return path;
    }

    private static string Shorten(string text) => text.Length <= MaxLogged ? text : text[..MaxLogged] + "…";
}
