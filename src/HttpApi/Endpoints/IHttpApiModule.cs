using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Endpoints;

/// <summary>
/// Operations that belong together. A module is a singleton that gets what it needs through its constructor (<see cref="HttpApiParts"/>, <see cref="HttpApiOptions"/>,
/// <see cref="Tokens.TokenService"/>, …) and is named in <see cref="HttpApiModules"/>.
/// </summary>
internal interface IHttpApiModule
{
    /// <summary>Adds its operations with <see cref="ApiRoutes.Map"/>.</summary>
    void Map(IEndpointRouteBuilder routes);
}
