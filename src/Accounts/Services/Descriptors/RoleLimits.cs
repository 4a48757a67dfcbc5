using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>What an administrator with a role may not do (R3.13).</summary>
internal static class RoleLimits
{
    /// <summary>Permissions that reach beyond a role.</summary>
    public static IReadOnlyList<string> ForbiddenPermissions { get; } =
    [
        AdminPermissionNames.All, AdminPermissionNames.ManageAdmins, AdminPermissionNames.ManageSystem, AdminPermissionNames.ManageEventRules, AdminPermissionNames.ManageRoles,
        AdminPermissionNames.ViewEvents, AdminPermissionNames.ManageApiKeys, AdminPermissionNames.ManageIpLists,
    ];

    public static bool IsVisible(string role, ChangeContext context) => context.User is null && (context.Role.Length == 0 || context.Role == role);

    /// <summary>True for kinds that have no roles: whoever is limited to one does not see them.</summary>
    public static bool IsUnlimited(ChangeContext context) => context.User is null && context.Role.Length == 0;

    /// <summary>The role of what is stored: an actor with a role gives its own and can give no other.</summary>
    public static string RoleOf<T>(string given, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        string own = edit.Context.Role;
        if (own.Length == 0)
        {
            return given;
        }

        if (given.Length > 0 && given != own)
        {
            edit.Refuse("An administrator with a role cannot give another role.");
        }

        return own;
    }

    /// <summary>Refuses a place of the server that an actor with a role has not been given: what is stored already may stay.</summary>
    public static void CheckServerPath<T>(string path, string value, string? old, AccountServicesOptions options, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        if (edit.Context.Role.Length > 0 && value.Length > 0 && value != old && !PathRules.IsBelow(value, BaseOf(options)))
        {
            edit.Refuse(options.UsersBaseDirectory.Length == 0
                ? $"{path}: an administrator with a role can name directories only where users_base_dir is configured."
                : $"{path}: an administrator with a role can name directories below users_base_dir alone.");
        }
    }

    /// <summary>Refuses what only an actor without a role may do.</summary>
    public static void RequireNoRole<T>(string what, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        if (!IsUnlimited(edit.Context))
        {
            edit.Refuse($"An administrator with a role cannot change {what}.");
        }
    }

    private static string BaseOf(AccountServicesOptions options) => PathRules.TryCleanServer(options.UsersBaseDirectory, out string clean) ? clean : "";
}
