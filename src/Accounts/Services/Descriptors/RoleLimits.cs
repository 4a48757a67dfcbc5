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

    /// <summary>Refuses a home that is not the one of the user's name: others below the base directory are other users', or behind links that those made.</summary>
    public static void CheckHome<T>(string home, string? old, string userName, AccountServicesOptions options, ObjectEdit<T> edit)
        where T : class, IAccountObject => CheckServerPath("home_dir", home, old, "<users_base_dir>/<username>", "/" + userName, options, edit);

    /// <summary>Refuses a folder's directory that is not the one of its name in the directory of the role.</summary>
    public static void CheckFolder<T>(string path, string directory, string? old, string folderName, AccountServicesOptions options, ObjectEdit<T> edit)
        where T : class, IAccountObject =>
        CheckServerPath(path, directory, old, "<users_base_dir>/<role>/<folder name>", $"/{edit.Context.Role}/{folderName}", options, edit);

    /// <summary>Refuses a backend that reaches elsewhere by what the server can reach: what is stored already may stay.</summary>
    public static void CheckFilesystem<T>(string path, FilesystemConfig value, FilesystemConfig? old, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        bool isLocal = value.Provider is FilesystemProvider.Local or FilesystemProvider.Crypt;
        if (edit.Context.Role.Length > 0 && !isLocal && !(old is not null && IsSame(value, old)))
        {
            edit.Refuse($"{path}.provider: an administrator with a role can give 0 (local) and 4 (local, encrypted) alone.");
        }
    }

    /// <summary>True if a home is the directory that would hold the folders of a role of the user's name.</summary>
    public static bool IsHomeOfName(string home, string userName, AccountServicesOptions options) => BaseOf(options) is { Length: > 0 } root && home == Join(root, "/" + userName);

    /// <summary>Refuses what only an actor without a role may do.</summary>
    public static void RequireNoRole<T>(string what, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        if (!IsUnlimited(edit.Context))
        {
            edit.Refuse($"An administrator with a role cannot change {what}.");
        }
    }

    private static void CheckServerPath<T>(string path, string value, string? old, string allowed, string belowBase, AccountServicesOptions options, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        if (edit.Context.Role.Length == 0 || value.Length == 0 || value == old)
        {
            return;
        }

        string root = BaseOf(options);
        if (root.Length == 0)
        {
            edit.Refuse($"{path}: an administrator with a role can name directories only where users_base_dir is configured.");
        }
        else if (value != Join(root, belowBase))
        {
            edit.Refuse($"{path}: an administrator with a role can give {allowed} alone.");
        }
    }

    // Lists make records of the same content differ; documents do not.
    private static bool IsSame(FilesystemConfig left, FilesystemConfig right) =>
        ObjectDocument.Write(new Folder { Filesystem = left }).AsSpan().SequenceEqual(ObjectDocument.Write(new Folder { Filesystem = right }));

    private static string Join(string root, string below) => root.TrimEnd('/') + below;

    private static string BaseOf(AccountServicesOptions options) => PathRules.TryCleanServer(options.UsersBaseDirectory, out string clean) ? clean : "";
}
