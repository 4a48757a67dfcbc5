using System.Text.Json.Nodes;
using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;

namespace Hpc.HttpApi.OpenApi;

/// <summary>What the document says about one operation beyond what routing knows: parameters, who may do it, what statuses mean.</summary>
internal static class OperationDetails
{
    public static Task ApplyAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().FirstOrDefault() is not { } known)
        {
            return Task.CompletedTask;
        }

        operation.Parameters = [.. ParametersOf(known, context.Description.RelativePath ?? "")];
        operation.Security = [.. SecurityOf(known.Access, context.Document)];
        operation.Description = DescriptionOf(known);
        if (operation.RequestBody is OpenApiRequestBody body)
        {
            body.Required = !known.IsBodyOptional;
            if (body.Content is { } forms && forms.TryGetValue(ApiOperation.AnyType, out OpenApiMediaType? content))
            {
                forms.Remove(ApiOperation.AnyType);
                forms[known.BodyType] = content;
            }
        }

        return Task.CompletedTask;
    }

    private static IEnumerable<IOpenApiParameter> ParametersOf(ApiOperation known, string path)
    {
        foreach (RoutePatternParameterPart part in RoutePatternFactory.Parse(path).Parameters)
        {
            ApiParameter described = known.Parameters.FirstOrDefault(parameter => parameter.Place == ApiParameterPlace.Path && parameter.Name == part.Name)
                ?? new ApiParameter(part.Name, "Name of the object.", ApiParameterPlace.Path);
            yield return Of(described);
        }

        foreach (ApiParameter parameter in known.Parameters.Where(parameter => parameter.Place != ApiParameterPlace.Path))
        {
            yield return Of(parameter);
        }
    }

    private static OpenApiParameter Of(ApiParameter parameter) => new()
    {
        Name = parameter.Name,
        Description = parameter.Description,
        In = parameter.Place switch
        {
            ApiParameterPlace.Path => ParameterLocation.Path,
            ApiParameterPlace.Header => ParameterLocation.Header,
            _ => ParameterLocation.Query,
        },
        Required = parameter.IsRequired || parameter.Place == ApiParameterPlace.Path,
        Schema = new OpenApiSchema
        {
            Type = parameter.Type switch
            {
                ApiParameterType.Number => JsonSchemaType.Integer,
                ApiParameterType.Flag => JsonSchemaType.Boolean,
                _ => JsonSchemaType.String,
            },
            Enum = parameter.Values.Count == 0 ? null : [.. parameter.Values.Select(value => ValueOf(value, parameter.Type))],
        },
    };

    private static JsonValue ValueOf(string value, ApiParameterType type) =>
        type == ApiParameterType.Number ? JsonValue.Create(int.Parse(value, System.Globalization.CultureInfo.InvariantCulture)) : JsonValue.Create(value);

    private static IEnumerable<OpenApiSecurityRequirement> SecurityOf(ApiAccess access, OpenApiDocument? document)
    {
        if (!access.NeedsPrincipal)
        {
            yield break;
        }

        yield return new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(DocumentDetails.Bearer, document)] = [] };
        if (!access.NeedsToken)
        {
            yield return new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(DocumentDetails.ApiKey, document)] = [] };
        }
    }

    private static string DescriptionOf(ApiOperation known)
    {
        ApiAccess access = known.Access;
        string who = access switch
        {
            { Permission.Length: > 0 } => $"For administrators with the permission `{access.Permission}`.",
            { IsForAdmins: true, NeedsToken: true } => "For every administrator, about itself.",
            { IsForAdmins: true } => "For every administrator.",
            { IsForUsers: true } => "For every user, about itself.",
            _ => "For everybody.",
        };
        return access.NeedsToken ? who + " API keys do not do." : who;
    }
}
