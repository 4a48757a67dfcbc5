using Hpc.HttpApi.Hosting;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Principals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hpc.HttpApi.Endpoints;

/// <summary>Does what an operation does; the request has passed every check of <see cref="ApiOperation"/>.</summary>
internal delegate ValueTask<IResult> ApiHandler(ApiCall call);

/// <summary>
/// Adds operations. Everything under <see cref="BasePath"/> is added by <see cref="Map"/>, which checks who asks before the handler runs:
/// <code>
/// routes.Map("GET", "/users/{username}", new ApiOperation("get_user", "users", "One user.", ApiAccess.Admin("view_users")) { Answer = typeof(User) }, GetAsync);
/// </code>
/// </summary>
internal static class ApiRoutes
{
    public const string BasePath = "/api/v2";

    // Bytes beyond a limit that are taken and thrown away.
    private const int MaxDrained = 16 << 20;

    /// <summary>Adds an operation. GET answers HEAD too.</summary>
    public static void Map(this IEndpointRouteBuilder routes, string method, string path, ApiOperation operation, ApiHandler handler)
    {
        RouteHandlerBuilder route = routes.MapMethods(BasePath + path, [method], (Delegate)((HttpContext context) => RunAsync(context, operation, handler)))
            .WithName(operation.Id)
            .WithTags(operation.Tag)
            .WithSummary(operation.Summary)
            .WithMetadata(operation);
        if (operation.Body is { } body)
        {
            // Routing takes every type, so that the reader says what is wrong; the document has the right one.
            route.Accepts(body, ApiOperation.AnyType);
        }

        route.Produces(operation.Success, operation.Answer ?? typeof(ApiResponse), operation.AnswerType);
        foreach (int status in StatusesOf(operation, path))
        {
            route.Produces<ApiResponse>(status, "application/json");
        }
    }

    private static SortedSet<int> StatusesOf(ApiOperation operation, string path)
    {
        var statuses = new SortedSet<int> { 400, 429, 500, 503 };
        statuses.UnionWith(operation.Statuses);
        if (operation.Access.NeedsPrincipal)
        {
            statuses.UnionWith([401, 403]);
        }

        if (operation.Body is not null)
        {
            statuses.UnionWith([413, 415]);
        }

        if (path.Contains('{', StringComparison.Ordinal))
        {
            statuses.Add(404);
        }

        statuses.Remove(operation.Success);
        return statuses;
    }

    private static async Task<IResult> RunAsync(HttpContext context, ApiOperation operation, ApiHandler handler)
    {
        HttpApiLimits limits = context.RequestServices.GetRequiredService<HttpApiOptions>().Limits;
        SetBodyLimit(context, operation, limits);
        using CancellationTokenSource? timeout = operation.IsTransfer ? null : CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeout?.CancelAfter(limits.RequestTimeout);
        CancellationToken ct = timeout?.Token ?? context.RequestAborted;
        try
        {
            ApiPrincipal principal = ApiPrincipal.Anonymous;
            PrincipalReader principals = context.RequestServices.GetRequiredService<PrincipalReader>();
            if (operation.Access.NeedsPrincipal)
            {
                Verified verified = await principals.ReadAsync(context, operation.Access, ct).ConfigureAwait(false);
                if (verified.Principal is null)
                {
                    return verified.Refusal!;
                }

                principal = verified.Principal;
                RequestFacts.Of(context).Principal = principal;
            }

            var call = new ApiCall(context, operation, principal, principals, limits, ct);
            return ParameterCheck.WhyRefused(call) ?? await handler(call).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            return Answer.Refused(StatusCodes.Status503ServiceUnavailable, "It took too long; whether it was done is not known.");
        }
    }

    private static void SetBodyLimit(HttpContext context, ApiOperation operation, HttpApiLimits limits)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            // More than what is read, so that the reader says how much is allowed, and the client has sent its request before it is closed on.
            feature.MaxRequestBodySize = operation.BodyKind switch
            {
                ApiBody.File => null,
                ApiBody.Dump => (long)limits.DumpBytes + MaxDrained,
                _ => (long)limits.JsonBytes + MaxDrained,
            };
        }
    }
}
