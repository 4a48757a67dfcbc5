using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>Users, groups, folders, administrators, roles, API keys, event actions and event rules.</summary>
internal sealed class ObjectsModule(HttpApiParts parts, TokenService tokens) : IHttpApiModule
{
    public void Map(IEndpointRouteBuilder routes)
    {
        AccountServices services = parts.Services;
        Users(services.Users).Map(routes);
        Groups(services.Groups).Map(routes);
        Folders(services.Folders).Map(routes);
        Admins(services.Admins).Map(routes);
        Roles(services.Roles).Map(routes);
        ApiKeys(services.ApiKeys).Map(routes);
        EventActions(services.EventActions).Map(routes);
        EventRules(services.EventRules).Map(routes);
    }

    private ObjectRoutes<User> Users(IObjectService<User> service) => new()
    {
        Path = "/users",
        Key = "username",
        Tag = "users",
        Noun = "user",
        Nouns = "users",
        Service = service,
        Item = AccountsJson.Default.User,
        List = AccountsJson.Default.IReadOnlyListUser,
        View = ApiAccess.Admin(AdminPermissionNames.ViewUsers),
        Add = ApiAccess.Admin(AdminPermissionNames.AddUsers),
        Edit = ApiAccess.Admin(AdminPermissionNames.EditUsers),
        Delete = ApiAccess.Admin(AdminPermissionNames.DeleteUsers),
        HasConfidential = true,
        EditParameters = [new("disconnect", "1 ends the user's sessions.", Type: ApiParameterType.Number) { Values = ["0", "1"] }],
        AfterEdit = async (call, name) =>
        {
            await DisconnectAsync(call, name).ConfigureAwait(false);
            User? user = (await service.FindAsync(name, ChangeContext.Operator, call.Aborted).ConfigureAwait(false))?.Value;
            await RevokeAsync(call, TokenAudience.ApiUser, name, user?.Status, user?.Role).ConfigureAwait(false);
        },
    };

    private static ObjectRoutes<Group> Groups(IObjectService<Group> service) => new()
    {
        Path = "/groups",
        Key = "name",
        Tag = "groups",
        Noun = "group",
        Nouns = "groups",
        Service = service,
        Item = AccountsJson.Default.Group,
        List = AccountsJson.Default.IReadOnlyListGroup,
        View = ApiAccess.Admin(AdminPermissionNames.ManageGroups),
        Add = ApiAccess.Admin(AdminPermissionNames.ManageGroups),
        Edit = ApiAccess.Admin(AdminPermissionNames.ManageGroups),
        Delete = ApiAccess.Admin(AdminPermissionNames.ManageGroups),
        HasConfidential = true,
    };

    private static ObjectRoutes<Folder> Folders(IObjectService<Folder> service) => new()
    {
        Path = "/folders",
        Key = "name",
        Tag = "folders",
        Noun = "folder",
        Nouns = "folders",
        Service = service,
        Item = AccountsJson.Default.Folder,
        List = AccountsJson.Default.IReadOnlyListFolder,
        View = ApiAccess.Admin(AdminPermissionNames.ManageFolders),
        Add = ApiAccess.Admin(AdminPermissionNames.ManageFolders),
        Edit = ApiAccess.Admin(AdminPermissionNames.ManageFolders),
        Delete = ApiAccess.Admin(AdminPermissionNames.ManageFolders),
        HasConfidential = true,
    };

    private ObjectRoutes<Admin> Admins(IObjectService<Admin> service) => new()
    {
        Path = "/admins",
        Key = "username",
        Tag = "admins",
        Noun = "admin",
        Nouns = "admins",
        Service = service,
        Item = AccountsJson.Default.Admin,
        List = AccountsJson.Default.IReadOnlyListAdmin,
        View = ApiAccess.Admin(AdminPermissionNames.ManageAdmins),
        Add = ApiAccess.Admin(AdminPermissionNames.ManageAdmins),
        Edit = ApiAccess.Admin(AdminPermissionNames.ManageAdmins),
        Delete = ApiAccess.Admin(AdminPermissionNames.ManageAdmins),

        // R3.23.
        BeforeEdit = async (call, name) => call.Principal.ApiKeyId is not null
            && (await service.FindAsync(name, call.Context, call.Aborted).ConfigureAwait(false))?.Value.Username == call.Principal.Name
                ? Answer.Forbidden("An API key may not change the administrator that it acts for.")
                : null,
        AfterEdit = async (call, name) =>
        {
            Admin? admin = (await service.FindAsync(name, ChangeContext.Operator, call.Aborted).ConfigureAwait(false))?.Value;
            await RevokeAsync(call, TokenAudience.Api, name, admin?.Status, admin?.Role).ConfigureAwait(false);
        },
    };

    private static ObjectRoutes<Role> Roles(IObjectService<Role> service) => new()
    {
        Path = "/roles",
        Key = "name",
        Tag = "roles",
        Noun = "role",
        Nouns = "roles",
        Service = service,
        Item = AccountsJson.Default.Role,
        List = AccountsJson.Default.IReadOnlyListRole,
        View = ApiAccess.Admin(AdminPermissionNames.ManageRoles),
        Add = ApiAccess.Admin(AdminPermissionNames.ManageRoles),
        Edit = ApiAccess.Admin(AdminPermissionNames.ManageRoles),
        Delete = ApiAccess.Admin(AdminPermissionNames.ManageRoles),
    };

    private static ObjectRoutes<ApiKey> ApiKeys(IObjectService<ApiKey> service) => new()
    {
        Path = "/apikeys",
        Key = "id",
        Tag = "API keys",
        Noun = "api key",
        Nouns = "api keys",
        Service = service,
        Item = AccountsJson.Default.ApiKey,
        List = AccountsJson.Default.IReadOnlyListApiKey,
        View = ApiAccess.AdminToken(AdminPermissionNames.ManageApiKeys),
        Add = ApiAccess.AdminToken(AdminPermissionNames.ManageApiKeys),
        Edit = ApiAccess.AdminToken(AdminPermissionNames.ManageApiKeys),
        Delete = ApiAccess.AdminToken(AdminPermissionNames.ManageApiKeys),
        AddedAnswer = typeof(ApiKeyCreated),
        Added = static added => Answer.Json(
            StatusCodes.Status201Created,
            new ApiKeyCreated { Message = "API key created. This is the only time the API key is visible, please save it.", Key = added.Value.Key ?? "" },
            HttpApiJson.Default.ApiKeyCreated),
    };

    private static ObjectRoutes<EventAction> EventActions(IObjectService<EventAction> service) => new()
    {
        Path = "/eventactions",
        Key = "name",
        Tag = "event manager",
        Noun = "event action",
        Nouns = "event actions",
        Service = service,
        Item = AccountsJson.Default.EventAction,
        List = AccountsJson.Default.IReadOnlyListEventAction,
        View = ApiAccess.Admin(AdminPermissionNames.ManageEventRules),
        Add = ApiAccess.Admin(AdminPermissionNames.ManageEventRules),
        Edit = ApiAccess.Admin(AdminPermissionNames.ManageEventRules),
        Delete = ApiAccess.Admin(AdminPermissionNames.ManageEventRules),
        HasConfidential = true,
    };

    private static ObjectRoutes<EventRule> EventRules(IObjectService<EventRule> service) => new()
    {
        Path = "/eventrules",
        Key = "name",
        Tag = "event manager",
        Noun = "event rule",
        Nouns = "event rules",
        Service = service,
        Item = AccountsJson.Default.EventRule,
        List = AccountsJson.Default.IReadOnlyListEventRule,
        View = ApiAccess.Admin(AdminPermissionNames.ManageEventRules),
        Add = ApiAccess.Admin(AdminPermissionNames.ManageEventRules),
        Edit = ApiAccess.Admin(AdminPermissionNames.ManageEventRules),
        Delete = ApiAccess.Admin(AdminPermissionNames.ManageEventRules),
        HasConfidential = true,
    };

    // Enabled again, or back in its role, an account has none of the tokens of before.
    private ValueTask RevokeAsync(ApiCall call, TokenAudience audience, string name, int? status, string? role) =>
        tokens.RevokeAllAsync(audience, name, status == 1 ? role : null, call.Aborted);

    // R3.2.
    private async ValueTask DisconnectAsync(ApiCall call, string name)
    {
        if (call.Flag("disconnect") && parts.Connections is { } connections)
        {
            await connections.CloseUserAsync(name, call.Aborted).ConfigureAwait(false);
        }
    }
}
