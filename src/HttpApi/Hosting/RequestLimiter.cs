using System.Globalization;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Parts;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Hosting;

/// <summary>Refuses requests of an address beyond its number: one for all requests, a smaller one for those that try secrets.</summary>
internal sealed class RequestLimiter(RequestDelegate next, HttpApiOptions options, HttpApiParts parts)
{
    private readonly TokenBuckets _requests = new(options.Limits.RequestsPerPeriod, options.Limits.Period, parts.Time);
    private readonly TokenBuckets _logins = new(options.Limits.LoginsPerPeriod, options.Limits.Period, parts.Time);

    public Task InvokeAsync(HttpContext context)
    {
        RequestFacts facts = RequestFacts.Of(context);
        if (facts.IsOperator)
        {
            return next(context);
        }

        bool triesSecret = context.GetEndpoint()?.Metadata.GetMetadata<ApiOperation>()?.IsLogin == true;
        TimeSpan wait = _requests.Take(facts.Remote);
        if (wait == TimeSpan.Zero && triesSecret)
        {
            wait = _logins.Take(facts.Remote);
        }

        return wait == TimeSpan.Zero ? next(context) : RefuseAsync(context, wait);
    }

    private static Task RefuseAsync(HttpContext context, TimeSpan wait)
    {
        HttpApiMetrics.RequestLimited();
        context.Response.Headers.RetryAfter = Math.Max((long)Math.Ceiling(wait.TotalSeconds), 1).ToString(CultureInfo.InvariantCulture);
        return Answer.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests; try again later.");
    }
}
