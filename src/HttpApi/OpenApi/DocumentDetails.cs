using Hpc.HttpApi.Principals;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Hpc.HttpApi.OpenApi;

/// <summary>What the document says about all operations together.</summary>
internal static class DocumentDetails
{
    public const string Bearer = "BearerAuth";
    public const string ApiKey = "APIKeyAuth";
    public const string Basic = "BasicAuth";

    public static Task ApplyAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new OpenApiInfo
        {
            Title = "hpc",
            Version = context.ApplicationServices.GetRequiredService<HttpApiOptions>().Version,
            Description = "Administration of the server, and what users do with their own account. Unknown fields of requests are ignored.",
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Basic] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "Name and password, for tokens alone." },
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token from /api/v2/token or /api/v2/user/token." },
            [ApiKey] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = PrincipalReader.ApiKeyHeader, Description = "An API key, of an administrator or a user." },
        };
        return Task.CompletedTask;
    }
}
