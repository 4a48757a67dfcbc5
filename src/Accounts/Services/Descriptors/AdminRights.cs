using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Compares the rights of administrators.</summary>
internal static class AdminRights
{
    /// <summary>True if the actor has all of these permissions itself.</summary>
    public static bool Covers(ChangeContext context, IEnumerable<string> permissions) =>
        context.IsUnlimited || context.Has(AdminPermissionNames.All) || permissions.All(permission => permission != AdminPermissionNames.All && context.Has(permission));
}
