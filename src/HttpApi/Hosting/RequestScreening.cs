using System.Globalization;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Parts;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Hosting;

/// <summary>
/// Asks the screen about every request (R1.2, R1.3), but for the operator's and <c>/healthz</c>. Who is barred has its connection closed with the answer.
/// At most <see cref="MaxWaiting"/> requests are made to wait for their rate; more are refused. Who waited is looked at once more: a ban may have begun.
/// </summary>
internal sealed class RequestScreening(RequestDelegate next, HttpApiParts parts, BarredLog barred)
{
    internal const int MaxWaiting = 10_000;

    private int _waiting;

    public Task InvokeAsync(HttpContext context)
    {
        if (parts.Screen is not { } screen || RequestFacts.Of(context).IsOperator || context.Request.Path == "/healthz")
        {
            return next(context);
        }

        RequestVerdict verdict = screen.Judge(RequestFacts.Of(context).Remote);
        return verdict switch
        {
            { Kind: RequestVerdictKind.Barred } => BarAsync(context),
            { Kind: RequestVerdictKind.RateLimited } => LimitAsync(context, verdict.Wait),
            { Wait.Ticks: > 0 } => WaitAsync(context, screen, verdict.Wait),
            _ => next(context),
        };
    }

    private Task BarAsync(HttpContext context)
    {
        RequestFacts facts = RequestFacts.Of(context);
        facts.IsBarred = true;
        barred.Add(facts.Remote);
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }

        return Answer.WriteAsync(context, StatusCodes.Status403Forbidden, "Your address may not use this server.");
    }

    private static Task LimitAsync(HttpContext context, TimeSpan wait)
    {
        HttpApiMetrics.RequestLimited();
        context.Response.Headers.RetryAfter = Math.Max((long)Math.Ceiling(wait.TotalSeconds), 1).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Retry-In"] = wait.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";
        return Answer.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests; try again later.");
    }

    private async Task WaitAsync(HttpContext context, IRequestScreen screen, TimeSpan wait)
    {
        bool mayWait;
        try
        {
            mayWait = Interlocked.Increment(ref _waiting) <= MaxWaiting;
            if (mayWait)
            {
                await Task.Delay(wait, parts.Time, context.RequestAborted).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        Task answer = !mayWait ? LimitAsync(context, wait)
            : screen.IsBarred(RequestFacts.Of(context).Remote) ? BarAsync(context)
            : next(context);
        await answer.ConfigureAwait(false);
    }
}
