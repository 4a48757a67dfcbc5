using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Hpc.HttpApi.OpenApi;

/// <summary>The OpenAPI document, made from the operations that are served, and its viewer. Nothing of them comes from another host.</summary>
internal static class ApiDocument
{
    public const string Name = "openapi";

    private const string ViewerContent = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

    public static void AddHttpApiDocument(this IServiceCollection services)
    {
        services.AddOpenApi(Name, document =>
        {
            document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
            document.AddDocumentTransformer(DocumentDetails.ApplyAsync);
            document.AddOperationTransformer(OperationDetails.ApplyAsync);
        });
        services.AddSingleton<DocumentText>();
    }

    public static void MapDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/openapi/openapi.json", [HttpMethods.Get], static (HttpContext context, DocumentText text) => text.WriteJsonAsync(context)).ExcludeFromDescription();
        routes.MapMethods("/openapi/openapi.yaml", [HttpMethods.Get], static (HttpContext context, DocumentText text) => text.WriteYamlAsync(context)).ExcludeFromDescription();
    }

    public static void UseViewer(this IApplicationBuilder application)
    {
        application.Use(static (context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/openapi", StringComparison.Ordinal))
            {
                context.Response.Headers.ContentSecurityPolicy = ViewerContent;
            }

            return next(context);
        });
        application.UseSwaggerUI(viewer =>
        {
            viewer.RoutePrefix = Name;
            viewer.DocumentTitle = "hpc REST API";
            viewer.SwaggerEndpoint("openapi.json", "hpc");
        });
    }
}
