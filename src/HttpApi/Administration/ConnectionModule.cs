using Hpc.Accounts.Objects;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>Live sessions: those of an administrator's role alone, where it has one (R3.13).</summary>
internal sealed class ConnectionModule(HttpApiParts parts) : IHttpApiModule
{
    private const string Tag = "connections";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "GET",
            "/connections",
            new ApiOperation("get_connections", Tag, "Live sessions.", ApiAccess.Admin(AdminPermissionNames.ViewConnections)) { Answer = typeof(IReadOnlyList<ConnectionStatus>) },
            ListAsync);
        routes.Map(
            "DELETE",
            "/connections/{connectionID}",
            new ApiOperation("close_connection", Tag, "Ends a session.", ApiAccess.Admin(AdminPermissionNames.CloseConnections))
            {
                Parameters = [new("connectionID", "Its id, as the list tells it.", ApiParameterPlace.Path), new("node", "The node that it is on; it need not be said.")],
            },
            CloseAsync);
    }

    private async ValueTask<IResult> ListAsync(ApiCall call) => Answer.Ok(await VisibleAsync(call).ConfigureAwait(false), HttpApiJson.Default.IReadOnlyListConnectionStatus);

    private async ValueTask<IResult> CloseAsync(ApiCall call)
    {
        string id = call.Route("connectionID");
        if (call.Context.Role.Length > 0 && !(await VisibleAsync(call).ConfigureAwait(false)).Any(connection => connection.ConnectionId == id))
        {
            return Answer.NotFound("There is no such connection.");
        }

        return parts.Connections is { } connections && await connections.CloseAsync(id, call.Query("node"), call.Aborted).ConfigureAwait(false)
            ? Answer.Done("Connection closed")
            : Answer.NotFound("There is no such connection.");
    }

    private async ValueTask<IReadOnlyList<ConnectionStatus>> VisibleAsync(ApiCall call)
    {
        IReadOnlyList<ConnectionStatus> all = parts.Connections is null ? [] : await parts.Connections.ListAsync(call.Aborted).ConfigureAwait(false);
        if (call.Context.Role is not { Length: > 0 } role)
        {
            return all;
        }

        var visible = new HashSet<string>(StringComparer.Ordinal);
        foreach (string user in all.Select(connection => connection.Username).Distinct(StringComparer.Ordinal))
        {
            if ((await parts.Directory.FindAsync(user, call.Aborted).ConfigureAwait(false))?.Role == role)
            {
                visible.Add(user);
            }
        }

        return [.. all.Where(connection => visible.Contains(connection.Username))];
    }
}
