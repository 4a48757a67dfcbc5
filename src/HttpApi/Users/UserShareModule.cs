using Hpc.Accounts.Objects;
using Hpc.HttpApi.Administration;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Users;

/// <summary>A user's own shares; the service shows no others.</summary>
internal sealed class UserShareModule(HttpApiParts parts) : IHttpApiModule
{
    public void Map(IEndpointRouteBuilder routes) => new ObjectRoutes<Share>
    {
        Path = "/user/shares",
        Key = "id",
        Tag = "user APIs",
        Noun = "share",
        Nouns = "shares",
        Service = parts.Services.Shares,
        Item = AccountsJson.Default.Share,
        List = AccountsJson.Default.IReadOnlyListShare,
        View = ApiAccess.User,
        Add = ApiAccess.User,
        Edit = ApiAccess.User,
        Delete = ApiAccess.User,
        HasSecretNames = true,
        Added = _ => Answer.Done("Share created", StatusCodes.Status201Created),
        AddedAnswer = typeof(ApiResponse),
    }.Map(routes);
}
