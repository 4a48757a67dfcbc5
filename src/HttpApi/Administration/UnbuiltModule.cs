using Hpc.Accounts.Objects;
using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>Operations that are known and not served by this version: 501 for whoever may do them.</summary>
internal sealed class UnbuiltModule : IHttpApiModule
{
    private const string Events = "The events of this server are not searched.";
    private const string Retention = "Data retention is not checked by this server.";

    public void Map(IEndpointRouteBuilder routes)
    {
        var events = ApiAccess.Admin(AdminPermissionNames.ViewEvents);
        var retention = ApiAccess.Admin(AdminPermissionNames.RetentionChecks);
        Map(routes, "GET", "/events/fs", "get_fs_events", "events", events, Events);
        Map(routes, "GET", "/events/provider", "get_provider_events", "events", events, Events);
        Map(routes, "GET", "/events/log", "get_log_events_of_before", "events", events, Events);
        Map(routes, "GET", "/events/logs", "get_log_events", "events", events, Events);
        Map(routes, "GET", "/retention/users/checks", "get_users_retention_checks", "data retention", retention, Retention);
        Map(routes, "POST", "/retention/users/{username}/check", "start_user_retention_check", "data retention", retention, Retention);
    }

    private static void Map(IEndpointRouteBuilder routes, string method, string path, string id, string tag, ApiAccess access, string why) =>
        routes.Map(method, path, new ApiOperation(id, tag, why, access) { Statuses = [501] }, _ => new(Answer.NotImplemented(why)));
}
