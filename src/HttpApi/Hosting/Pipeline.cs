using Hpc.Accounts.Objects;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hpc.HttpApi.Hosting;

/// <summary>The steps of every request, outermost first.</summary>
internal static class Pipeline
{
    public static void AddServices(IServiceCollection services, HttpApiOptions options)
    {
        services.AddRouting();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Clear();
            json.SerializerOptions.TypeInfoResolverChain.Add(AccountsJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(HttpApiJson.Default);
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
        });
        if (options.Cors is { } cors)
        {
            services.AddCors(all => all.AddDefaultPolicy(policy => Configure(policy, cors)));
        }

        services.AddHttpApiDocument();
    }

    public static void Build(WebApplication application)
    {
        HttpApiOptions options = application.Services.GetRequiredService<HttpApiOptions>();
        application.UseMiddleware<RequestFrame>();
        application.UseMiddleware<AnswerHeaders>();
        application.UseMiddleware<RequestScreening>();
        application.UseRouting();
        if (options.Cors is not null)
        {
            application.UseCors();
        }

        application.UseMiddleware<RequestLimiter>();
#pragma warning disable ASP0014 // The pipeline is built without the host's own steps around it, so that it is the same behind every door.
        application.UseEndpoints(routes =>
        {
            MapHealth(routes);
            foreach (IHttpApiModule module in application.Services.GetServices<IHttpApiModule>())
            {
                module.Map(routes);
            }

            if (options.RenderOpenApi)
            {
                routes.MapDocument();
            }
        });
#pragma warning restore ASP0014
        if (options.RenderOpenApi)
        {
            application.UseViewer();
        }
    }

    // The one path that is outside of the API: for load balancers (R11.9).
    private static void MapHealth(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/healthz", [HttpMethods.Get], (Delegate)(static (HttpContext context) =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.ContentLength = 2;
            return context.Response.WriteAsync("ok", context.RequestAborted);
        })).WithName("healthz").WithTags("healthcheck").WithSummary("The server is up.").Produces<string>(200, "text/plain");

    private static void Configure(CorsPolicyBuilder policy, HttpApiCors cors)
    {
        _ = cors.Origins is ["*"] ? policy.AllowAnyOrigin() : policy.WithOrigins([.. cors.Origins]);
        _ = cors.Methods.Count == 0 ? policy.AllowAnyMethod() : policy.WithMethods([.. cors.Methods]);
        _ = cors.Headers.Count == 0 ? policy.AllowAnyHeader() : policy.WithHeaders([.. cors.Headers]);
        policy.WithExposedHeaders([.. cors.ExposedHeaders]).SetPreflightMaxAge(cors.MaxAge);
        if (cors.AllowCredentials)
        {
            policy.AllowCredentials();
        }
    }
}
